/*
 * The firmware on XS with a host on Node: the Node side of the boundary.
 *
 * Whatever host it is given, a virtual modem's or one with a real serial port, its classes are constructed here when the
 * firmware constructs its own on the other side, and what they call back becomes a message.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { TimerId } from "../../modules/core/clock.js";
import type { Digital, Serial } from "../../modules/core/io.js";
import type { Host } from "../host.js";
import { type Bundle, bundle } from "./bundle.js";
import { type CarriedHost, type Input, type Inputs, type Output, revive } from "./messages.js";
import { XsWorker } from "./worker.js";

/** A firmware that does not come back from a loop of its own is ended without it. */
const CLOSE_TIMEOUT_MS = 1000;

/** What the firmware threw on the other side, under its own name and with the lines of its source. */
export class FirmwareError extends Error {}

export class XsFirmware {
	/** Resolves when the firmware is done; rejects when it or the engine fails. */
	readonly done: Promise<void>;
	readonly #worker = new XsWorker();
	readonly #bundle: Bundle;
	readonly #timers = new Map<number, TimerId>();
	readonly #inputs: Input[] = [];
	#host!: Host; // from start() on
	#onPrint: (line: string) => void = () => {};
	#holdTime: () => () => void = () => () => {};
	#exchange: Promise<void> | undefined;
	#serial: Serial | undefined;
	#powerKey: Digital | undefined;
	#status: Digital | undefined;
	#closed = false;
	#resolve!: () => void;
	#reject!: (error: unknown) => void;

	/** Compiles the firmware and loads it into an engine of its own. `code`: another script, with hosts/xs/entry.ts in it. */
	static async load(code?: Bundle): Promise<XsFirmware> {
		const firmware = new XsFirmware(code ?? (await bundle("hosts/xs/entry.ts")));
		await firmware.#worker.evaluate(firmware.#bundle.code);
		return firmware;
	}

	private constructor(code: Bundle) {
		this.#bundle = code;
		this.done = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		this.done.catch(() => {}); // whoever waits for it is told
	}

	/**
	 * Runs main with this host. Once. `holdTime`: called when XS begins to work, and what it gives when XS is done; for a
	 * clock that runs faster than real time, which XS does not. `onPrint`: takes what a program says with `trace`.
	 *
	 * @throws {FirmwareError} main throws: TypeError and RangeError are about the settings
	 */
	async start(host: Host, holdTime?: () => () => void, onPrint?: (line: string) => void): Promise<void> {
		this.#host = host;
		if (onPrint) this.#onPrint = onPrint;
		if (holdTime) this.#holdTime = holdTime;
		this.#openPins();
		this.#post({ kind: "start", host: carry(host, this.#status) });
		// Either main has returned after this exchange, or `done` is rejected with what it threw.
		await Promise.race([this.done, this.#exchange]);
	}

	/** Closes the firmware, then the engine: no callback comes after it. May be called twice. */
	async close(): Promise<void> {
		if (this.#closed) return;
		if (this.#host) this.#post({ kind: "close" });
		await Promise.race([this.#exchange, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
		this.#closed = true;
		this.#closeSerial();
		this.#powerKey?.close();
		this.#status?.close();
		for (const timer of this.#timers.values()) this.#host.clock.clearTimer(timer);
		await this.#worker.close();
		this.#resolve();
	}

	#openPins(): void {
		const { powerKey, status } = this.#host;
		if (powerKey) this.#powerKey = new powerKey.io({ pin: powerKey.pin, mode: powerKey.io.Output });
		if (!status) return;
		const { io: IO, pin } = status;
		const onReadable = () => this.#post({ kind: "status", level: this.#status!.read() });
		this.#status = new IO({ pin, mode: IO.Input, edge: IO.Rising | IO.Falling, onReadable });
	}

	/** Messages that come up while one is on the way go together in the next. */
	#post(input: Input): void {
		if (this.#closed) return;
		this.#inputs.push(input);
		this.#exchange ??= this.#send().finally(() => {
			this.#exchange = undefined;
		});
	}

	async #send(): Promise<void> {
		const goOn = this.#holdTime();
		try {
			while (this.#inputs.length > 0) {
				const message: Inputs = { nowMs: this.#host.clock.nowMs(), inputs: this.#inputs.splice(0) };
				const { bytes } = await this.#worker.command(Buffer.from(JSON.stringify(message)));
				for (const output of JSON.parse(Buffer.from(bytes).toString(), revive) as Output[]) this.#carryOut(output);
			}
		} catch (error) {
			this.#reject(error);
		} finally {
			goOn();
		}
	}

	#carryOut(output: Output): void {
		const { onTrace, pinMemory } = this.#host;
		switch (output.kind) {
			case "set-timer":
				return this.#setTimer(output.id, output.delayMs);
			case "clear-timer":
				return this.#clearTimer(output.id);
			case "open-serial":
				return this.#openSerial(output.baud);
			case "write":
				return this.#serial?.write(bufferOf(output.base64));
			case "close-serial":
				return this.#closeSerial();
			case "power-key":
				return this.#powerKey?.write(output.level);
			case "refused-pin":
				return pinMemory?.write(output.text);
			case "event":
				return this.#host.onEvent(output.event);
			case "trace":
				return onTrace?.(output.direction, output.line);
			case "print":
				return this.#onPrint(output.text);
			case "done":
				return this.#resolve();
			case "uncaught":
				return this.#reject(this.#explain(output));
		}
	}

	#setTimer(id: number, delayMs: number): void {
		const timer = this.#host.clock.setTimer(() => {
			this.#timers.delete(id);
			this.#post({ kind: "timer", id });
		}, delayMs);
		this.#timers.set(id, timer);
	}

	/** One that has fired meanwhile is gone already. */
	#clearTimer(id: number): void {
		if (this.#timers.has(id)) this.#host.clock.clearTimer(this.#timers.get(id));
		this.#timers.delete(id);
	}

	#openSerial(baud: number): void {
		const { io: IO, ...options } = this.#host.serial;
		this.#serial = new IO({
			...options,
			baud,
			format: "buffer",
			onReadable: () => {
				const bytes = this.#serial!.read();
				if (bytes) this.#post({ kind: "received", base64: Buffer.from(bytes).toString("base64") });
			},
			onWritable: bytes => this.#post({ kind: "writable", bytes }),
		});
	}

	#closeSerial(): void {
		this.#serial?.close();
		this.#serial = undefined;
	}

	#explain({ name, message, stack }: Extract<Output, { kind: "uncaught" }>): FirmwareError {
		const error = new FirmwareError(message);
		error.name = name;
		error.stack = this.#bundle.explain(stack || message);
		return error;
	}
}

function carry({ onTrace, pinMemory, powerKey, serial, settings, status }: Host, statusPin: Digital | undefined): CarriedHost {
	const { baud, receiveBuffer } = serial;
	const describe = ({ io: _io, pin: _pin, ...rest }: { io: unknown; pin: unknown }) => rest;
	return {
		settings,
		serial: { baud, receiveBuffer },
		powerKey: powerKey && describe(powerKey),
		status: status && describe(status),
		statusLevel: statusPin?.read() ?? 0,
		hasPinMemory: undefined !== pinMemory,
		refusedPin: pinMemory?.read(),
		trace: undefined !== onTrace,
	};
}

/** In a buffer of its own: Node's share theirs. */
function bufferOf(base64: string): ArrayBuffer {
	return new Uint8Array(Buffer.from(base64, "base64")).buffer;
}
