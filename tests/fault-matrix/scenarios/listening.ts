/* Clients of a listener on the modem: each sends its message, gets an answer, and one of both closes. */
import type { ModemError } from "../../../modules/core/errors.js";
import { Listener } from "../../../modules/socket/listener.js";
import { TCP } from "../../../modules/socket/tcp.js";
import type { FakeClient } from "../../virtual/network.js";
import type { Stage } from "../stage.js";
import type { Conversation } from "../witness.js";
import { differenceOf } from "../witness.js";
import { SocketCycles } from "./sockets.js";

const PORT = 8_080;
const CLIENT_TIMEOUT_MS = 30_000;
const SERVED_TIMEOUT_MS = 60_000;

/** Here the client sends the message, and the application answers. */
export class Listening extends SocketCycles {
	#listener: Listener | undefined;

	protected async exchange(cycle: number): Promise<boolean> {
		this.#listener ??= this.#listen();
		await this.stage.sleep(1_000);
		const conversation = this.stage.witness.begin(`${cycle}`);
		const client = this.stage.network.client(PORT, `203.0.113.${cycle % 250}`);
		if (!client) {
			this.stage.witness.note("nobody listens");
			return false;
		}
		return this.#talk(client, conversation, 0 === cycle % 2);
	}

	async #talk(client: FakeClient, conversation: Conversation, clientEnds: boolean): Promise<boolean> {
		const { witness } = this.stage;
		const { answer, message } = conversation.rounds[0]!;
		client.send(message);
		for (let waitedMs = 0; waitedMs < CLIENT_TIMEOUT_MS; waitedMs += 500) {
			await this.stage.sleep(500);
			if (!answer.startsWith(client.received)) {
				witness.report("peer", differenceOf(`client ${conversation.name} got`, client.received, answer), client.received, answer);
				break;
			}
			if (clientEnds && client.received === answer) client.end();
			if (client.received === answer && (clientEnds || client.ended)) return true;
			if (client.ended) break;
		}
		client.end();
		return false;
	}

	#listen(): Listener {
		const { modem, witness } = this.stage;
		const cycles = this;
		return new Listener({
			link: modem,
			port: PORT,
			onReadable() {
				for (let socket = this.read(); socket; socket = this.read()) cycles.#serve(socket);
			},
			onError(error: ModemError) {
				witness.note(`listener: ${error.code}`);
				this.close();
				cycles.#listener = undefined;
			},
		});
	}

	#serve(from: TCP): void {
		const served = new Served(this.stage, from);
		this.stage.clock.setTimer(() => served.close(), SERVED_TIMEOUT_MS);
	}
}

/** A client, as the application sees it. Odd conversations are closed here, even ones by the client. */
class Served {
	readonly #stage: Stage;
	readonly #socket: TCP;
	#text = "";
	#conversation: Conversation | undefined;

	constructor(stage: Stage, from: TCP) {
		this.#stage = stage;
		const served = this;
		this.#socket = new TCP({
			from,
			onReadable() {
				served.#take(new Uint8Array(this.read() as ArrayBuffer));
			},
			onError: error => this.#onEnd(error),
		});
	}

	close(): void {
		this.#socket.close();
	}

	#take(bytes: Uint8Array): void {
		const { witness } = this.#stage;
		this.#text += String.fromCharCode(...bytes);
		witness.note(`the listener's client sends ${JSON.stringify(String.fromCharCode(...bytes))}`);
		this.#conversation = witness.conversations.find(({ rounds }) => rounds[0]!.message.startsWith(this.#text));
		if (!this.#conversation) {
			const { text } = witness.nearest(this.#text, ({ rounds }) => rounds[0]!.message);
			witness.report("received", differenceOf("from a client came", this.#text, text), this.#text, text);
			return this.close();
		}
		const { answer, message } = this.#conversation.rounds[0]!;
		if (this.#text !== message) return;
		this.#socket.write(Uint8Array.from(answer, character => character.charCodeAt(0)));
		if (1 === Number(this.#conversation.name) % 2) this.close();
	}

	#onEnd(error: ModemError | undefined): void {
		const { witness } = this.#stage;
		witness.note(`the listener's client ends: ${error?.code ?? "in order"}`);
		if (!error && this.#text !== this.#conversation?.rounds[0]?.message)
			witness.report("cut", `an orderly end of a client was told after ${this.#text.length} bytes, and it had sent more`);
		this.close();
	}
}
