/* What happens to one byte of a run. */
import { Random } from "../../modules/core/random.js";
import type { Direction } from "../support/tap.js";

/** "restart": the supply dips while that byte is on the wire, and the modem starts anew. */
export const FAULT_KINDS = ["drop", "change", "double", "restart"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
/** What the wire does by itself. */
export const WIRE_FAULTS: readonly FaultKind[] = ["drop", "change", "double"];

export interface Fault {
	readonly kind: FaultKind;
	readonly direction: Direction;
	/** Of the byte, from the start of the run. */
	readonly index: number;
	/** Of what a changed byte becomes. */
	readonly seed: number;
}

/** What comes out of the wire. */
export function spoiled(byte: number, fault: Fault): readonly number[] {
	switch (fault.kind) {
		case "drop":
		case "restart":
			return [];
		case "double":
			return [byte, byte];
		case "change":
			return [changed(byte, fault)];
	}
}

/** A digit becomes another, a letter changes its case, or a bit is turned. */
export function changed(byte: number, { direction, index, seed }: Fault): number {
	const random = new Random(Math.imul(seed * 2 + ("up" === direction ? 1 : 2), 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
	for (let turn = 0; turn < 8; turn++) random.next(); // neighbours are alike at first
	const choice = random.next();
	if (byte >= 0x30 && byte <= 0x39 && choice < 0.6) return 0x30 + ((byte - 0x30 + random.between(1, 9)) % 10);
	if (isLetter(byte) && choice < 0.3) return byte ^ 0x20;
	return byte ^ (1 << random.between(0, 7));
}

function isLetter(byte: number): boolean {
	const upper = byte & ~0x20;
	return upper >= 0x41 && upper <= 0x5a;
}

export function describeFault({ direction, index, kind, seed }: Fault): string {
	return `${kind} ${direction} ${index}${"change" === kind ? ` (seed ${seed})` : ""}`;
}
