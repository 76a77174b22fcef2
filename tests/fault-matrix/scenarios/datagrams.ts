/* Datagrams and the answers to them; one that is lost is sent again as another. */
import { type Datagram, UDP } from "../../../modules/socket/udp.js";
import type { Stage } from "../stage.js";
import { differenceOf } from "../witness.js";
import { SocketCycles, within } from "./sockets.js";

const ADDRESS = "192.0.2.7";
const PORT = 5_353;
const ANSWER_TIMEOUT_MS = 10_000;

export class Datagrams extends SocketCycles {
	readonly #socket: UDP;
	/** Text of every answer that may come. */
	readonly #answers = new Set<string>();
	#onAnswer: ((text: string) => void) | undefined;

	constructor(stage: Stage) {
		super(stage);
		stage.server(`${ADDRESS}:${PORT}`, { protocol: "UDP" });
		const cycles = this;
		this.#socket = new UDP({
			link: stage.modem,
			onReadable() {
				for (let datagram = this.read(); datagram; datagram = this.read()) cycles.#take(datagram);
			},
			onError: error => stage.witness.note(`udp: ${error.code}`),
		});
	}

	protected async exchange(cycle: number): Promise<boolean> {
		const conversation = this.stage.witness.begin(`${cycle}`);
		const { answer, message } = conversation.rounds[0]!;
		this.#answers.add(answer);
		return within(this.stage, ANSWER_TIMEOUT_MS, false, end => {
			this.#onAnswer = text => {
				if (text.endsWith(answer)) end(true);
			};
			try {
				this.#socket.write(
					Uint8Array.from(message, character => character.charCodeAt(0)),
					ADDRESS,
					PORT,
				);
			} catch (error) {
				this.stage.witness.note(`udp: ${(error as Error).message}`);
			}
		});
	}

	/** Whole, or not at all. */
	#take(datagram: Datagram): void {
		const { witness } = this.stage;
		const text = String.fromCharCode(...new Uint8Array(datagram));
		witness.note(`datagram ${JSON.stringify(text)}`);
		if (datagram.address !== ADDRESS || datagram.port !== PORT)
			witness.report("received", `a datagram came from ${datagram.address}:${datagram.port}`);
		if (!this.#isJoined(text)) {
			const { text: answer } = witness.nearest(text, ({ rounds }) => rounds[0]!.answer);
			witness.report("received", differenceOf("a datagram was read", text, answer), text, answer);
		}
		this.#onAnswer?.(text);
	}

	/** The modem joins datagrams that wait in it together. */
	#isJoined(text: string): boolean {
		if ("" === text) return true;
		return [...this.#answers].some(answer => text.startsWith(answer) && this.#isJoined(text.slice(answer.length)));
	}
}
