/* A serial port with the modem's side in the test's hands, and a client on it. */
import { HandClock } from "../../hosts/node/clock.js";
import { AtClient, type AtClientOptions } from "../../modules/at/client.js";
import type { Command } from "../../modules/at/command.js";
import type { Urc } from "../../modules/at/urc.js";
import type { Serial, SerialCallbacks, SerialDescription } from "../../modules/core/io.js";
import * as commands from "../../modules/modem/commands.js";

export interface LineOptions {
	/** Bytes that the port takes at once. */
	readonly room?: number;
	/** Default 115200. */
	readonly baud?: number;
	/** How long the port takes for what it was given; default 1. */
	readonly drainMs?: number;
	/** Another port around it. */
	wrap?(serial: SerialDescription): SerialDescription;
	readonly handlers?: Partial<AtClientOptions>;
}

/** What the test says as the modem, and hears. */
export class Line {
	readonly clock = new HandClock();
	readonly client: AtClient;
	readonly unsolicited: Urc[] = [];
	readonly unexplained: string[] = [];
	readonly trace: string[] = [];
	readonly pushed: { slot: number | undefined; text: string; left: number }[] = [];
	/** All that the client has written since `heard` was last asked for. */
	#heard = "";
	#port: { callbacks: SerialCallbacks; received: number[] } | undefined;
	bauds: number[] = [];
	#writable = true;
	/** What the test wants to do in the middle of a trace. */
	onTrace: (direction: "<" | ">") => void = () => {};

	/** `handlers` take the place of the lists above. */
	constructor({ room = 1 << 16, baud = 115_200, drainMs = 1, wrap = serial => serial, handlers = {} }: LineOptions = {}) {
		this.client = new AtClient({
			clock: this.clock,
			serial: wrap(this.#serial(room, baud, drainMs)),
			onUrc: result => this.unsolicited.push(result),
			onUnexplained: line => this.unexplained.push(line),
			onPushedData: (slot, bytes, left) => this.pushed.push({ slot, text: textOf(bytes), left }),
			onTrace: (direction, line) => {
				this.trace.push(`${direction} ${line}`);
				this.onTrace(direction);
			},
			...handlers,
		});
	}

	/** What the client has written since this was last called. */
	heard(): string {
		const heard = this.#heard;
		this.#heard = "";
		return heard;
	}

	/** Says `text` (one byte a character) as the modem, in pieces of `pieceBytes`. */
	async say(text: string, pieceBytes = text.length): Promise<void> {
		for (let at = 0; at < text.length; at += pieceBytes) {
			for (const character of text.slice(at, at + pieceBytes)) this.#port?.received.push(character.charCodeAt(0));
			this.#port?.callbacks.onReadable(this.#port.received.length);
			await this.clock.settle();
		}
	}

	/** As `say`, while JavaScript is away: it is in the port, and nobody is told. */
	sayUnheard(text: string): void {
		this.#port?.received.push(...bytesOf(text));
	}

	/** The port says no more that it has room. */
	stopWritable(): void {
		this.#writable = false;
	}

	#serial(room: number, baud: number, drainMs: number): SerialDescription {
		const line = this;
		class FakeSerial implements Serial {
			readonly #mine = { callbacks: undefined as unknown as SerialCallbacks, received: [] as number[] };
			#free = room;

			constructor(options: SerialCallbacks & { baud: number }) {
				this.#mine.callbacks = options;
				line.#port = this.#mine;
				line.bauds.push(options.baud);
				line.clock.setTimer(() => options.onWritable(room), 0);
			}
			read(): ArrayBuffer | undefined {
				const { received } = this.#mine;
				return received.length > 0 ? Uint8Array.from(received.splice(0)).buffer : undefined;
			}
			write(bytes: ArrayBuffer): void {
				if (bytes.byteLength > this.#free) throw new Error("output full");
				this.#free -= bytes.byteLength;
				line.#heard += textOf(new Uint8Array(bytes));
				line.clock.setTimer(() => {
					this.#free = room;
					if (line.#port === this.#mine && line.#writable) this.#mine.callbacks.onWritable(room);
				}, drainMs);
			}
			close(): void {
				if (line.#port === this.#mine) line.#port = undefined;
			}
		}
		return { io: FakeSerial, baud, receiveBuffer: 128 };
	}
}

export function textOf(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return text;
}

export function bytesOf(text: string): Uint8Array {
	return Uint8Array.from(text, character => character.charCodeAt(0));
}

/** A line open and ready to be written to. */
export async function openLine(options?: LineOptions): Promise<Line> {
	const line = new Line(options);
	await line.clock.advance(1);
	return line;
}

/** Sends `data`, until it is acknowledged. */
export function transmitAll(slot: number | undefined, data: Uint8Array, quick = false): Command<number | undefined> {
	return commands.transmit(slot, data.length, quick, { take: () => data });
}

/** Reads at most `mostBytes`, handing on what comes. */
export function fetchInto(
	slot: number | undefined,
	mostBytes: number,
	onBlock: (bytes: Uint8Array, left: number) => void,
): Command<commands.Fetched> {
	return commands.fetch(slot, mostBytes, { onHeader() {}, onBlock, onGap() {} });
}
