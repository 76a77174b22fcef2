/* Connections of a modem whose every byte is the test's: what it hears, and what it says when. */
import { Waits } from "../../../modules/core/waits.js";
import type { Bearer } from "../../../modules/modem/bearer.js";
import {
	Connection,
	type ConnectionEvents,
	type ConnectionOptions,
	type Peer,
} from "../../../modules/modem/sockets/connection.js";
import { Slots } from "../../../modules/modem/sockets/slots.js";
import { type Line, openLine, textOf } from "../../support/line.js";

export const PEER: Peer = { protocol: "TCP", host: "10.0.0.1", port: 80 };

export interface ScriptedOptions {
	readonly multiplex?: boolean;
	/** AT+CIPQSEND=1 and AT+CIPACK. Default true. */
	readonly sendsQuickly?: boolean;
	readonly pushes?: boolean;
	readonly pieceBytes?: number;
	readonly receiveBytes?: number;
	readonly sendBytes?: number;
	readonly room?: number;
}

/** A connection and what it has told. */
export interface Told {
	readonly connection: Connection;
	/** "open", "progress" with what was read, "end" with the code. */
	readonly calls: string[];
	received: string;
}

export class Scripted {
	readonly line: Line;
	readonly slots: Slots;
	readonly reports: string[] = [];
	readonly bearer: { address: string | undefined; sendsQuickly: boolean; pushes: boolean };
	readonly waits: Waits;
	private readonly options: ConnectionOptions;

	private constructor(line: Line, slots: Slots, given: ScriptedOptions) {
		const { sendsQuickly = true, pushes = false, pieceBytes = 64, receiveBytes = 512, sendBytes = 2_000 } = given;
		this.line = line;
		this.slots = slots;
		this.bearer = { address: "10.0.0.9", sendsQuickly, pushes };
		this.waits = new Waits(line.clock);
		this.options = {
			clock: line.clock,
			client: line.client,
			waits: this.waits,
			bearer: this.bearer as unknown as Bearer,
			slots,
			receiverOf: slot => slots.get(slot)?.input,
			verifyBearer: async () => undefined,
			longUrc: undefined,
			report: event => this.reports.push(event),
			pieceBytes,
			receiveBytes,
			sendBytes,
		};
	}

	static async open(options: ScriptedOptions = {}): Promise<Scripted> {
		const { multiplex = true, room = 1 << 16 } = options;
		const slots = new Slots(multiplex, 8);
		const line = await openLine({
			room,
			handlers: {
				onUrc(urc) {
					if ("result" === urc.kind) slots.get(urc.slot)?.onResult(urc.result);
					else if ("closed" === urc.kind) slots.get(urc.slot)?.onClosed();
					else if ("data-ready" === urc.kind) slots.get(urc.slot)?.onDataReady();
				},
				onPushedData: (slot, bytes) => slots.get(slot)?.input.onPushed(bytes),
				onPushedEnd: (slot, whole) => slots.get(slot)?.input.onPushedEnd(whole),
			},
		});
		return new Scripted(line, slots, options);
	}

	/** Reads all that comes. `from`: see Connection. */
	connection(slot: number | undefined, peer = PEER, from?: "server" | Connection, events?: ConnectionEvents): Told {
		const told: { connection?: Connection; calls: string[]; received: string } = { calls: [], received: "" };
		told.connection = new Connection(
			this.options,
			slot,
			peer,
			events ?? {
				onOpen: () => told.calls.push("open"),
				onProgress() {
					const { connection } = told;
					if (connection && connection.readable > 0) told.received += textOf(connection.read());
				},
				onEnd(error) {
					if (told.connection!.available > 0) told.received += textOf(told.connection!.read());
					told.calls.push(`end ${error?.code ?? "in order"}`);
				},
			},
			from,
		);
		return told as Told;
	}

	/** The next command that the modem hears must begin so; it is answered with `answer`. */
	async answer(asked: string, answer: string): Promise<void> {
		const heard = await this.heard();
		if (!heard.startsWith(asked)) throw new Error(`heard ${JSON.stringify(heard)}, not ${asked}`);
		await this.line.say(answer);
	}

	/** What the modem hears next, within 10 s. */
	async heard(): Promise<string> {
		for (let waits = 0; waits < 10_000; waits++) {
			const heard = this.line.heard();
			if (heard) return heard;
			await this.line.clock.advance(1);
		}
		throw new Error("heard nothing");
	}

	/** Answers whatever is asked for so long: the first of `answers` whose key is in it. Gives all that was heard. */
	async converse(ms: number, answers: Record<string, string | ((heard: string) => string)>, stepMs = 5): Promise<string> {
		let all = "";
		for (let at = 0; at < ms; at += stepMs) {
			const heard = this.line.heard();
			all += heard;
			const key = heard ? Object.keys(answers).find(asked => heard.includes(asked)) : undefined;
			const answer = undefined === key ? undefined : answers[key]!;
			if (answer) await this.line.say("string" === typeof answer ? answer : answer(heard));
			await this.line.clock.advance(stepMs);
		}
		return all;
	}

	/** An open TCP connection in a slot. */
	async opened(slot = 0, peer = PEER): Promise<Told> {
		const told = this.connection(slot, peer);
		await this.answer("AT+CIPSTART", "\r\nOK\r\n");
		await this.line.say(`\r\n${slot}, CONNECT OK\r\n`);
		await this.answer("AT+CIPSTATUS", state(slot, "CONNECTED", peer));
		return told;
	}

	close(): void {
		this.bearer.address = undefined;
		this.waits.close();
		this.line.client.close();
		for (const connection of this.slots.all()) connection.onLost(new Error("closed") as never);
	}
}

export function state(slot: number, text: string, { protocol, host, port }: Peer = PEER): string {
	return `\r\n+CIPSTATUS: ${slot},0,"${protocol}","${host}","${port}","${text}"\r\n\r\nOK\r\n`;
}

export const OK = "\r\nOK\r\n";
export const ERROR = "\r\nERROR\r\n";
