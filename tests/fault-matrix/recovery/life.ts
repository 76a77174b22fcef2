/* A device with a stuck modem over many days: what its driver does, when, and whether that helps. */
import { ConnectionLoop } from "../../../modules/delivery/loop.js";
import { bytesOf, textOf } from "../../../modules/virtual/bytes.js";
import type { Injector } from "../../../modules/virtual/faults/injector.js";
import { Stage } from "../stage.js";
import type { Rung, Stuck } from "./stuck.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SERVER = { protocol: "TCP", host: "192.0.2.1", port: 1_000 } as const;
const ANSWER_MS = 5;
const FIRST_START_MS = 60_000;
const INTERVAL_MS = 10 * 60_000;
/** Behind the first message that arrives. */
const AFTER_MS = 2 * HOUR_MS;

/** What an operator counts. */
export type Act = Rung | "attach" | "activation";

export interface Life {
	readonly stuck: string;
	readonly cure: Rung | undefined;
	/** What got it out of it, and when the first message arrived; undefined: nothing, never. */
	readonly rung: Rung | undefined;
	readonly recoveredMs: number | undefined;
	readonly days: number;
	readonly counts: Readonly<Record<Act, number>>;
	/** The most in any hour. */
	readonly mostAnHour: Readonly<Record<Act, number>>;
	/** By either way; the key that switches it on at first is none. */
	readonly mostRestartsAnHour: number;
	/** By code, the failures of cycles. */
	readonly failures: Readonly<Record<string, number>>;
	readonly trace: readonly string[];
}

export async function live(stuck: Stuck, days: number, traces = false): Promise<Life> {
	const device = new Device(stuck, traces);
	try {
		return await device.live(days);
	} finally {
		device.stage.close();
	}
}

class Device {
	readonly stage: Stage;
	readonly #stuck: Stuck;
	readonly #acts = new Map<Act, number[]>();
	readonly #failures: Record<string, number> = {};
	#injector: Injector | undefined;
	#isStuck = true;
	/** What was done last that may help. */
	#last: Rung | undefined;
	#rung: Rung | undefined;
	#recoveredMs: number | undefined;

	constructor(stuck: Stuck, traces: boolean) {
		this.#stuck = stuck;
		const fault = { text: "watched", prepare() {}, arm: (injector: Injector) => this.#watch(injector) };
		const on = !stuck.off && undefined === stuck.stage?.board?.radio;
		this.stage = new Stage({ ...stuck.stage, traces, board: { on, ...stuck.stage?.board, faults: [fault] } });
		const target = `${SERVER.host}:${SERVER.port}`;
		if (stuck.serverAway) this.stage.network.refusing.add(target);
		else this.stage.server(target);
		this.#filter();
		this.#setTrouble(true);
	}

	async live(days: number): Promise<Life> {
		const { clock, modem } = this.stage;
		const loop = new ConnectionLoop({
			clock,
			link: modem,
			mode: "single",
			destinations: [SERVER],
			message: "message {cycle}",
			intervalMs: INTERVAL_MS,
			answerTimeoutMs: 0,
			onEvent: event => {
				if ("failed" === event.kind) this.#failures[event.error.code] = 1 + (this.#failures[event.error.code] ?? 0);
				if ("sent" === event.kind) this.#recoveredMs ??= clock.elapsedMs;
			},
		});
		loop.run().catch(error => this.stage.codeOf(error));
		while (clock.elapsedMs < days * DAY_MS && !this.#isOver) await clock.advance(HOUR_MS / 4);
		loop.close();
		return {
			stuck: this.#stuck.name,
			cure: this.#stuck.cure,
			rung: this.#rung,
			recoveredMs: this.#recoveredMs,
			days: clock.elapsedMs / DAY_MS,
			counts: this.#of(times => times.length),
			mostAnHour: this.#of(mostInAnHour),
			mostRestartsAnHour: mostInAnHour(this.#restarts),
			failures: this.#failures,
			trace: this.stage.trace,
		};
	}

	get #isOver(): boolean {
		return undefined !== this.#recoveredMs && this.stage.clock.elapsedMs > this.#recoveredMs + AFTER_MS;
	}

	/** Lines go through here on their way to the modem. */
	#filter(): void {
		const { board } = this.stage;
		const receive = board.modem.receive.bind(board.modem);
		const powerKey = board.modem.powerKey.bind(board.modem);
		board.modem.powerKey = level => {
			if (0 === level) this.#act("power-key");
			powerKey(level);
		};
		board.modem.receive = bytes => {
			const text = textOf(bytes);
			if (!text.startsWith("AT")) return this.#isStuck && this.#stuck.mute ? undefined : receive(bytes);
			const line = text.replace(/\r$/, "");
			this.#onLine(line);
			const reply = this.#isStuck ? this.#stuck.reply(line) : "pass";
			if ("pass" === reply) receive(bytes);
			else if ("silence" !== reply) this.#say(reply.answer);
		};
	}

	#say(answer: string): void {
		const { board, clock } = this.stage;
		clock.setTimer(() => board.uart.receive(bytesOf(`\r\n${answer}\r\n`)), ANSWER_MS);
	}

	#onLine(line: string): void {
		if (line.startsWith("AT+CIPSHUT")) this.#act("bearer");
		else if (/^AT\+CFUN=1,1/.test(line)) this.#act("restart");
		else if (/^AT\+CFUN=[04]/.test(line)) this.#act("radio");
		else if (line.startsWith("AT+CIICR")) this.#act("activation");
		else if (line.startsWith("AT+CGATT=1")) this.#act("attach");
	}

	#act(act: Act): void {
		this.#acts.set(act, [...(this.#acts.get(act) ?? []), this.stage.clock.elapsedMs]);
		this.stage.note(`-- ${act}`);
		if ("attach" === act || "activation" === act) return;
		this.#last = act;
		// The first AT+CIPSHUT is part of any bring-up: what is stuck is so from then on.
		const isRepeated = (this.#acts.get(act) ?? []).length > 1 || "bearer" !== act;
		if (isRepeated && ("bearer" === act || "radio" === act)) this.#heal(act);
	}

	/** The modem starts: after AT+CFUN=1,1 or by its key. */
	#watch(injector: Injector): void {
		this.#injector = injector;
		injector.at({ kind: "at", moment: "started" }, () => {
			if ("power-key" === this.#last || "restart" === this.#last) this.#heal(this.#last);
		});
	}

	#heal(by: Rung): void {
		const { cure } = this.#stuck;
		if (undefined === cure || !this.#isStuck || ORDER[by] < ORDER[cure]) return;
		this.#isStuck = false;
		this.#rung = by;
		this.stage.note(`-- healed by ${by}`);
		this.#setTrouble(false);
	}

	#setTrouble(isIn: boolean): void {
		if (this.#stuck.mute) this.#injector!.silent = isIn;
		if (this.#stuck.blackHole) this.#injector!.blackHole = isIn;
	}

	get #restarts(): number[] {
		const all = [...(this.#acts.get("restart") ?? []), ...(this.#acts.get("power-key") ?? [])];
		return all.filter(atMs => atMs > FIRST_START_MS).sort((a, b) => a - b);
	}

	#of(count: (times: readonly number[]) => number): Record<Act, number> {
		const of = (act: Act) => count(this.#acts.get(act) ?? []);
		return {
			bearer: of("bearer"),
			radio: of("radio"),
			restart: of("restart"),
			"power-key": of("power-key"),
			attach: of("attach"),
			activation: of("activation"),
		};
	}
}

/** A restart does all that the others do, and the key more. */
const ORDER: Readonly<Record<Rung, number>> = { bearer: 0, radio: 1, restart: 2, "power-key": 3 };

function mostInAnHour(times: readonly number[]): number {
	let most = 0;
	for (let from = 0, to = 0; to < times.length; to++) {
		while (times[to]! - times[from]! >= HOUR_MS) from++;
		most = Math.max(most, to - from + 1);
	}
	return most;
}
