/*
 * A pseudo-terminal that looks like a serial device to whoever opens it.
 *
 * Its device end is kept open here as well, raw and without echo: otherwise its settings would be reset, and the near end
 * hang up, whenever a program closes it. What a modem says while no program has it open is lost, as on a serial device;
 * so nothing stale awaits the next one. Who has it open is looked up in /proc. A program that is not to be seen there
 * (there is no /proc, or it is root's and we are not) counts as there for as long as an answer can take.
 */
import { spawnSync } from "node:child_process";
import { closeSync, constants, existsSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import type { ReadStream } from "node:tty";
import * as pty from "@lydell/node-pty";

/** How often to look who has the device open. */
const LOOK_EVERY_MS = 500;
/** From the last byte of a program that is not to be seen; AT+CIPSTART may take 160 s. */
const UNSEEN_MS = 200_000;
/** A program that does not read: what is more than this is lost, as in any serial port. */
const MOST_WAITING_BYTES = 65_536;

/** What is there at run time and not in the typings. */
interface OpenTerminal {
	readonly master: ReadStream & { readonly writableLength: number };
	readonly slave: ReadStream;
	readonly ptsName: string;
}

export class Terminal {
	/** The path of the device. */
	readonly device: string;
	readonly #near: OpenTerminal["master"];
	readonly #farEnd: number;
	readonly #looking: NodeJS.Timeout;
	#inUse = false;
	/** The program that uses it shows in /proc. */
	#seen = false;
	#heardMs = Number.NEGATIVE_INFINITY;

	/** `onBytes`: what a program has written to the device. */
	constructor(onBytes: (bytes: Buffer) => void) {
		const { open } = pty as unknown as { open(options: { encoding: null }): OpenTerminal }; // it is not in the typings
		const terminal = open({ encoding: null });
		this.device = terminal.ptsName;
		this.#farEnd = openSync(this.device, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
		terminal.slave.destroy(); // it would read what is meant for others
		makeRaw(this.device);
		this.#near = terminal.master;
		this.#near.on("data", (bytes: Buffer) => {
			this.#heardMs = performance.now();
			if (!this.#seen) this.#look();
			this.#setInUse(true);
			onBytes(bytes);
		});
		this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
	}

	/** To the program that has the device open, if there is one. */
	write(bytes: Uint8Array): void {
		if (this.#inUse && this.#near.writableLength < MOST_WAITING_BYTES) this.#near.write(bytes);
	}

	close(): void {
		clearInterval(this.#looking);
		this.#near.destroy();
		closeSync(this.#farEnd);
	}

	#look(): void {
		const wasSeen = this.#seen;
		this.#seen = isOpenElsewhere(this.device);
		if (this.#seen) this.#setInUse(true);
		else if (wasSeen || performance.now() - this.#heardMs > UNSEEN_MS) this.#setInUse(false);
	}

	#setInUse(inUse: boolean): void {
		if (inUse !== this.#inUse) this.#discard();
		this.#inUse = inUse;
	}

	/** Reads away what nobody has read. */
	#discard(): void {
		const bytes = Buffer.alloc(4096);
		try {
			while (readSync(this.#farEnd, bytes) > 0);
		} catch (error) {
			if ("EAGAIN" !== (error as NodeJS.ErrnoException).code) throw error;
		}
	}
}

function makeRaw(device: string): void {
	const terminal = openSync(device, constants.O_RDWR | constants.O_NOCTTY); // of its own: a child makes it a blocking one
	const { status, error, stderr } = spawnSync("stty", ["raw", "-echo"], { stdio: [terminal, "ignore", "pipe"] });
	closeSync(terminal);
	if (0 !== status) throw new Error(`stty can't set the terminal up: ${error?.message ?? String(stderr)}`);
}

/** Whether a path is that of a pseudo-terminal's device, which may be gone. */
export function isTerminal(path: string): boolean {
	return /^\/dev\/(pts\/\d+|ttys\d+)$/.test(path);
}

/** Whether anybody has a pseudo-terminal open: its modem, or whoever has got its number since. */
export function isInUse(device: string): boolean {
	return existsSync(device) && (!existsSync("/proc/self/fd") || processes().some(pid => hasOpen(pid, device)));
}

/** Whether another process of this user's has the device open. */
function isOpenElsewhere(device: string): boolean {
	return processes().some(pid => pid !== process.pid && hasOpen(pid, device));
}

function processes(): number[] {
	try {
		return readdirSync("/proc")
			.map(Number)
			.filter(pid => pid > 0);
	} catch {
		return [];
	}
}

function hasOpen(pid: number, device: string): boolean {
	const folder = `/proc/${pid}/fd`;
	try {
		return readdirSync(folder).some(fd => device === readlinkSync(`${folder}/${fd}`));
	} catch {
		return false; // gone meanwhile, or another user's
	}
}
