/*
 * One direction of the serial line: bytes go in at once and come out 10 bits a byte later, one behind the other.
 *
 * They come out in batches, at most one a millisecond, so that a host is not woken for each byte.
 */
import { type Clock, elapsedMs, type TimerId } from "../../core/clock.js";
import type { Activity } from "../activity.js";
import { ByteQueue } from "../bytes.js";
import type { Schedule } from "../schedule.js";

const BITS_PER_BYTE = 10;
const BATCH_MS = 1;
/** Fractions of a millisecond add up to a little less than the whole. */
const ROUNDING_MS = 1e-4;

export interface WireOptions {
	clock: Clock;
	schedule: Schedule;
	activity: Activity;
	baud(): number;
	/** What has just come out at the other end. */
	deliver(bytes: Uint8Array): void;
}

export class Wire {
	readonly #options: WireOptions;
	readonly #queue = new ByteQueue();
	#timer: TimerId | undefined;
	#endActivity: (() => void) | undefined;
	#sinceMs = 0; // when the first of the bytes in this run began
	#delivered = 0; // bytes of this run
	#byteMs = 0;
	#held = false;
	readonly #onIdle: (() => void)[] = [];

	constructor(options: WireOptions) {
		this.#options = options;
	}

	/** Bytes that have not come out yet. */
	get queued(): number {
		return this.#queue.length;
	}

	send(bytes: Uint8Array): void {
		if (0 === bytes.length) return;
		this.#queue.push(bytes);
		if (undefined === this.#timer && !this.#held) this.#begin();
	}

	/** Calls back as soon as nothing is under way: at once when that is so now. */
	whenIdle(callback: () => void): void {
		if (0 === this.#queue.length) callback();
		else this.#onIdle.push(callback);
	}

	/** Flow control: nothing more leaves until `release`. */
	hold(): void {
		if (this.#held) return;
		this.#held = true;
		this.#stop();
	}

	release(): void {
		if (!this.#held) return;
		this.#held = false;
		if (this.#queue.length > 0) this.#begin();
	}

	/** The rate has changed: what has not come out yet takes the new one's time. */
	retime(): void {
		if (undefined === this.#timer) return;
		this.#stop();
		this.#begin();
	}

	/** The line is dead: what was under way is lost, and nobody is told. */
	clear(): void {
		this.#queue.clear();
		this.#onIdle.length = 0;
		this.#held = false;
		this.#stop();
	}

	#begin(): void {
		const { clock, activity, baud } = this.#options;
		this.#sinceMs = clock.nowMs();
		this.#delivered = 0;
		this.#byteMs = (BITS_PER_BYTE * 1000) / baud();
		this.#endActivity ??= activity.begin();
		this.#await();
	}

	#await(): void {
		const batch = Math.min(this.#queue.length, Math.max(1, Math.ceil(BATCH_MS / this.#byteMs)));
		const dueMs = (this.#delivered + batch) * this.#byteMs - elapsedMs(this.#sinceMs, this.#options.clock.nowMs());
		this.#timer = this.#options.schedule.after(dueMs, () => this.#arrive());
	}

	#arrive(): void {
		this.#timer = undefined;
		const spentMs = elapsedMs(this.#sinceMs, this.#options.clock.nowMs()) + ROUNDING_MS;
		const bytes = this.#queue.take(Math.floor(spentMs / this.#byteMs) - this.#delivered);
		this.#delivered += bytes.length;
		if (this.#queue.length > 0) this.#await();
		else this.#stop();
		if (bytes.length > 0) this.#options.deliver(bytes);
		if (0 === this.#queue.length) this.#idle();
	}

	#idle(): void {
		while (0 === this.#queue.length && this.#onIdle.length > 0) this.#onIdle.shift()!();
	}

	#stop(): void {
		this.#options.schedule.cancel(this.#timer);
		this.#timer = undefined;
		this.#endActivity?.();
		this.#endActivity = undefined;
	}
}
