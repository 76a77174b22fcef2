/* A tap on the wire between a virtual modem and the driver: counts every byte in either direction, and can spoil one. */
import type { VirtualBoard } from "../../modules/virtual/board.js";
import { tapHeard, tapSent } from "./wire.js";

/** "up": to the modem; "down": from it. */
export const DIRECTIONS = ["up", "down"] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface TapOptions {
	/** What becomes of byte `index` of that direction; undefined: nothing happens to it. */
	onByte?(direction: Direction, index: number, byte: number): readonly number[] | undefined;
	/** Keep all that has passed, as it was sent. */
	readonly records?: boolean;
}

export class Tap {
	/** Bytes that have passed. */
	readonly counts = { up: 0, down: 0 };
	/** What has passed, when `records` is set. */
	readonly recorded: { readonly up: number[]; readonly down: number[] } = { up: [], down: [] };
	readonly #options: TapOptions;
	#closed = false;

	constructor(board: VirtualBoard, options: TapOptions) {
		this.#options = options;
		tapSent(board, (bytes, pass) => pass(this.#pass("up", bytes)));
		tapHeard(board, (bytes, pass) => pass(this.#pass("down", bytes)));
	}

	/** From now on bytes only pass. */
	close(): void {
		this.#closed = true;
	}

	#pass(direction: Direction, bytes: Uint8Array): Uint8Array {
		const first = this.counts[direction];
		this.counts[direction] += bytes.length;
		const { onByte, records } = this.#options;
		if (records) this.recorded[direction].push(...bytes);
		if (!onByte || this.#closed) return bytes;
		let changed: number[] | undefined;
		for (let at = 0; at < bytes.length; at++) {
			const instead = onByte(direction, first + at, bytes[at]!);
			if (instead) changed ??= [...bytes.subarray(0, at)];
			changed?.push(...(instead ?? [bytes[at]!]));
		}
		return changed ? Uint8Array.from(changed) : bytes;
	}
}
