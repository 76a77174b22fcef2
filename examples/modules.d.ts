/*
 * Modules of the SDK that the examples use and whose types are not in the npm package of its typings. For the type check
 * where there is no SDK; mcconfig takes the SDK's own.
 */

declare module "embedded:network/ntp/client" {
	export default class NTP {
		constructor(options: object);
		getTime(callback: (error: Error | null, unixMs?: number) => void): void;
		close(): void;
	}
}

declare module "embedded:network/websocket/client" {
	interface Options {
		readonly host: string;
		readonly port?: number;
		readonly path?: string;
		onReadable?(count: number, options: { more: boolean; binary: boolean }): void;
		onWritable?(count: number): void;
		onClose?(): void;
		onError?(): void;
	}
	export default class WebSocketClient {
		static readonly close: 8;
		constructor(options: Options);
		read(count: number): ArrayBuffer;
		write(data: ArrayBuffer | Uint8Array, options?: { opcode?: number; binary?: boolean; more?: boolean }): number;
		close(): void;
	}
}

declare module "fetch" {
	interface Answer {
		readonly ok: boolean;
		readonly status: number;
		text(): Promise<string>;
		json(): Promise<unknown>;
		arrayBuffer(): Promise<ArrayBuffer>;
	}
	export default function fetch(url: string, options?: { method?: string; body?: string }): Promise<Answer>;
}
