/* The connection loop itself, as main.ts runs it. */
import type { ModemError } from "../../../modules/core/errors.js";
import type { UplinkEvent } from "../../../modules/delivery/events.js";
import { ConnectionLoop } from "../../../modules/delivery/loop.js";
import type { FakeServer } from "../../virtual/network.js";
import type { Stage } from "../stage.js";
import { type Conversation, messageOf, roundOf } from "../witness.js";
import type { Destination } from "./conversations.js";
import type { Application } from "./scenario.js";

const INTERVAL_MS = 5_000;

export class Loop implements Application {
	readonly #stage: Stage;
	readonly #mode: "single" | "multi";
	readonly #destinations: readonly Destination[];
	readonly #conversations = new Map<string, Conversation>();
	readonly #servers = new Map<number, FakeServer>();
	#startedMs = 0;

	constructor(stage: Stage, destinations: readonly Destination[], mode: "single" | "multi") {
		this.#stage = stage;
		this.#mode = mode;
		this.#destinations = destinations;
		for (const { ends, host, port } of destinations) this.#servers.set(port, stage.server(`${host}:${port}`, { ends }));
	}

	async run(onCycle: (cycle: number, good: boolean, startedMs: number) => boolean): Promise<void> {
		const { clock, modem, witness } = this.#stage;
		const loop: ConnectionLoop = new ConnectionLoop({
			clock,
			link: modem,
			mode: this.#mode,
			destinations: this.#destinations.map(({ host, port }) => ({ protocol: "TCP", host, port })),
			message: messageOf("loop.{cycle}"),
			intervalMs: INTERVAL_MS,
			answerTimeoutMs: 20_000,
			onEvent: event => {
				this.#onEvent(event);
				if ("cycle-done" === event.kind && !onCycle(event.cycle, 0 === event.failures, this.#startedMs)) loop.close();
			},
		});
		try {
			await loop.run();
		} catch (error) {
			witness.note(`the loop throws ${this.#stage.codeOf(error)}`);
		}
	}

	#onEvent(event: UplinkEvent): void {
		const { clock, witness } = this.#stage;
		switch (event.kind) {
			case "cycle":
				this.#startedMs = clock.elapsedMs;
				return witness.note(`cycle ${event.cycle}`);
			case "connected": {
				// All destinations get the same text: whose it is tells the port.
				const name = `loop.${event.cycle}`;
				const { port } = event.destination;
				this.#conversations.set(`${port}.${event.cycle}`, witness.begin(name, [roundOf(name)], this.#servers.get(port)));
				return;
			}
			case "sent":
				return witness.delivered(this.#of(event), 0);
			case "answered":
				return witness.heard(this.#of(event), 0, String.fromCharCode(...event.answer));
			case "failed":
				return this.#onFailed(event.cycle, event.destination?.port, event.error);
			case "finished":
				return witness.note(`the loop has ended: ${event.error?.code}`);
		}
	}

	#onFailed(cycle: number, port: number | undefined, { code, message }: ModemError): void {
		const { witness } = this.#stage;
		const conversation = this.#conversations.get(`${port}.${cycle}`);
		if (conversation) witness.failed(conversation, code);
		witness.note(`cycle ${cycle} to ${port} failed: ${code}: ${message}`);
	}

	#of({ cycle, destination }: { cycle: number; destination: { port: number } }): Conversation {
		return this.#conversations.get(`${destination.port}.${cycle}`)!;
	}
}
