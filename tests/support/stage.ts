/* A modem whose bearer is up, a server, and sockets that record their callbacks. */
import { assert } from "chai";
import type { ModemError } from "../../modules/core/errors.js";
import { TCP, type TCPOptions } from "../../modules/socket/tcp.js";
import type { FakeServer, FakeServerOptions } from "../virtual/network.js";
import { World, type WorldOptions } from "./world.js";

export const HOST = "host.example";
export const PORT = 80;
export const ADDRESS = "192.0.2.80";

/** The callbacks of a socket: "writable 2920", "readable 4", "error CONNECT_FAILED", "error" for an orderly end. */
export interface Told {
	readonly socket: TCP;
	readonly calls: string[];
	/** All that was read, when the socket reads what it receives. */
	received: number[];
}

export class Stage extends World {
	/** A server at HOST and ADDRESS: an echo server, or what `options` say. */
	readonly server: FakeServer;

	constructor(server: FakeServerOptions = { onData: data => data }, options: WorldOptions = {}) {
		super({ ...options, modem: { multiplex: true, receiveBytes: 1_460, sendBytes: 2_920, ...options.modem } });
		this.network.names.set(HOST, [ADDRESS]);
		this.server = this.network.server(`${HOST}:${PORT}`, server);
	}

	/** One whose bearer is up. */
	static async up(server?: FakeServerOptions, options?: WorldOptions): Promise<Stage> {
		const stage = new Stage(server, options);
		await stage.clock.run(stage.modem.up());
		return stage;
	}

	/** A TCP to the server, constructed but not yet open. */
	tcp(options: Partial<TCPOptions> = {}): TCP {
		return new TCP({ link: this.modem, host: HOST, port: PORT, ...options });
	}

	/** The same, with callbacks that record each call; `reads`: reads all that it receives. */
	told(options: Partial<TCPOptions> = {}, reads = false): Told {
		const calls: string[] = [];
		const received: number[] = [];
		const socket = this.tcp({
			onWritable: bytes => calls.push(`writable ${bytes}`),
			onReadable(bytes) {
				calls.push(`readable ${bytes}`);
				if (reads) for (const byte of new Uint8Array(this.read() as ArrayBuffer)) received.push(byte);
			},
			onError: (error: ModemError | undefined) => calls.push(error ? `error ${error.code}` : "error"),
			...options,
		});
		return { socket, calls, received };
	}

	/** The same, open. */
	async open(options: Partial<TCPOptions> = {}, reads = false): Promise<Told> {
		const told = this.told(options, reads);
		await this.clock.advance(5_000);
		return told;
	}

	/** Checks that no timer and no unexplained line is left. */
	async end(): Promise<void> {
		this.close();
		await this.clock.advance(1);
		assert.deepEqual(this.of("unexplained"), []);
	}
}

export function ascii(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(text, character => character.charCodeAt(0));
}

export function text(buffer: unknown): string {
	assert.instanceOf(buffer, ArrayBuffer);
	let result = "";
	for (const byte of new Uint8Array(buffer as ArrayBuffer)) result += String.fromCharCode(byte);
	return result;
}

/** A pattern that does not repeat within 64 kB: moved bytes show. */
export function pattern(length: number, seed = 7): Uint8Array<ArrayBuffer> {
	return Uint8Array.from({ length }, (_, at) => (at * seed + (at >> 8)) & 0xff);
}
