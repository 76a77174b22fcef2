/*
 * Flash as it is: programs clear bits, erases set them, and power may go in the middle of either. Then any part of the
 * bits is done, and some are half done: such a bit reads as it likes, each time anew, until it is programmed or erased.
 */
import { Random } from "../../modules/core/random.js";
import type { Store } from "../../modules/core/store.js";

export type FlashStep =
	| { readonly kind: "write"; readonly offset: number; readonly bytes: Uint8Array }
	| { readonly kind: "erase"; readonly sector: number };

/** How far a step came before the power went. */
export type Tear =
	/** The first bytes are done. */
	| { readonly kind: "first"; readonly bytes: number }
	/** The last bytes are done. */
	| { readonly kind: "last"; readonly bytes: number }
	/** Each bit is done or not. */
	| { readonly kind: "bits"; readonly seed: number }
	/** Each bit is done, or not, or half. */
	| { readonly kind: "weak"; readonly seed: number }
	/** Nothing is done but one or a few bits, and they half: it may read as if nothing had been begun. */
	| { readonly kind: "barely"; readonly seed: number }
	/** All is done but one or a few bits, and they half: it may read as if it had been done. */
	| { readonly kind: "almost"; readonly seed: number };

/** Bits that are the last, or the first, to be done. */
const FEW = [0xff, 0x01, 0x10, 0x80, 0x06, 0x40];

export class Flash implements Store {
	readonly sectorBytes: number;
	readonly sectors: number;
	readonly bytes: Uint8Array;
	/** Bits that are half written. */
	readonly weak: Uint8Array;
	readonly erasesOf: Uint32Array;
	/** Sectors that no longer take what is written, or throw. */
	readonly bad = new Map<number, "silent" | "throws">();
	/** While there is one, each step is noted. */
	steps: FlashStep[] | undefined;
	/** How half written bits read: it may be the same for as long as the power is on. */
	weakReads: "ones" | "zeros" | "anything" = "anything";
	private readonly random = new Random(1);
	private weakBits = false;

	constructor(sectors: number, sectorBytes = 4_096) {
		this.sectors = sectors;
		this.sectorBytes = sectorBytes;
		this.bytes = new Uint8Array(sectors * sectorBytes).fill(0xff);
		this.weak = new Uint8Array(sectors * sectorBytes);
		this.erasesOf = new Uint32Array(sectors);
	}

	clone(): Flash {
		const flash = new Flash(this.sectors, this.sectorBytes);
		flash.bytes.set(this.bytes);
		flash.weak.set(this.weak);
		flash.weakBits = this.weakBits;
		flash.erasesOf.set(this.erasesOf);
		for (const [sector, how] of this.bad) flash.bad.set(sector, how);
		return flash;
	}

	read(offset: number, target: Uint8Array): void {
		target.set(this.bytes.subarray(offset, offset + target.length));
		if (!this.weakBits) return;
		for (let at = 0; at < target.length; at++) {
			const weak = this.weak[offset + at]!;
			if (0 !== weak) target[at] = (target[at]! & ~weak) | (weak & this.weakByte());
		}
	}

	write(offset: number, bytes: Uint8Array): void {
		const sector = Math.floor(offset / this.sectorBytes);
		if (sector !== Math.floor((offset + Math.max(1, bytes.length) - 1) / this.sectorBytes)) throw new Error("beyond a sector");
		this.do({ kind: "write", offset, bytes: bytes.slice() }, sector);
	}

	erase(sector: number): void {
		this.do({ kind: "erase", sector }, sector);
	}

	apply(step: FlashStep): void {
		if ("erase" === step.kind) {
			const start = step.sector * this.sectorBytes;
			this.bytes.fill(0xff, start, start + this.sectorBytes);
			this.weak.fill(0, start, start + this.sectorBytes);
			this.erasesOf[step.sector]!++;
		} else for (let at = 0; at < step.bytes.length; at++) this.clear(step.offset + at, ~step.bytes[at]! & 0xff);
	}

	/** The power goes within this step. */
	tear(step: FlashStep, tear: Tear): void {
		const offset = "erase" === step.kind ? step.sector * this.sectorBytes : step.offset;
		const length = "erase" === step.kind ? this.sectorBytes : step.bytes.length;
		const random = new Random("seed" in tear ? tear.seed : 1);
		const done = "seed" in tear ? random.between(0, 255) : 0; // how much of it is done differs from tear to tear
		const rare = random.between(0, Math.max(0, length - 1));
		for (let at = 0; at < length; at++) {
			const aims = "erase" === step.kind ? 0xff : ~step.bytes[at]! & 0xff;
			const share = this.share(tear, at, length, random, done, rare);
			const half = this.half(tear, at, rare, random) & ~share;
			if ("erase" === step.kind) this.raise(offset + at, share, half);
			else this.halfClear(offset + at, aims & share, aims & half);
		}
	}

	/** A bit changes by itself. */
	flip(offset: number, bit: number): void {
		this.bytes[offset]! ^= 1 << bit;
	}

	private weakByte(): number {
		if ("anything" === this.weakReads) return this.random.between(0, 255);
		return "ones" === this.weakReads ? 0xff : 0;
	}

	private do(step: FlashStep, sector: number): void {
		const bad = this.bad.get(sector);
		if ("throws" === bad) throw new Error("the medium fails");
		if (undefined !== bad) return;
		this.steps?.push(step);
		this.apply(step);
	}

	/** Which bits of a byte are done. */
	private share(tear: Tear, at: number, length: number, random: Random, done: number, rare: number): number {
		if ("first" === tear.kind) return at < tear.bytes ? 0xff : 0;
		if ("last" === tear.kind) return at >= length - tear.bytes ? 0xff : 0;
		if ("barely" === tear.kind) return 0;
		if ("almost" === tear.kind) return at === rare ? ~FEW[tear.seed % FEW.length]! & 0xff : 0xff;
		let share = 0;
		for (let bit = 0; bit < 8; bit++) if (random.between(0, 255) < done) share |= 1 << bit;
		return share;
	}

	/** Which bits of a byte are half done, if they are not done. */
	private half(tear: Tear, at: number, rare: number, random: Random): number {
		if ("weak" === tear.kind) return random.between(0, 255) & random.between(0, 255);
		if ("barely" !== tear.kind && "almost" !== tear.kind) return 0;
		return at === rare ? FEW[tear.seed % FEW.length]! : 0;
	}

	private clear(offset: number, bits: number): void {
		this.bytes[offset]! &= ~bits;
		this.weak[offset]! &= ~bits;
	}

	private halfClear(offset: number, clear: number, half: number): void {
		const weak = half & (this.bytes[offset]! | this.weak[offset]!);
		this.weak[offset]! |= weak;
		if (0 !== weak) this.weakBits = true;
		this.clear(offset, clear);
	}

	private raise(offset: number, up: number, half: number): void {
		const weak = half & ~this.bytes[offset]!;
		this.bytes[offset]! |= up;
		this.weak[offset]! = (this.weak[offset]! & ~up) | weak;
		if (0 !== weak) this.weakBits = true;
	}
}

const CHANCE = ["bits", "weak", "barely", "almost"] as const;

/** Every way in which a step can be torn, as far as there is no chance in it; and `seeds` of each that has. */
export function everyTear(flash: Flash, step: FlashStep, seeds: number, from = 1): Tear[] {
	const length = "erase" === step.kind ? flash.sectorBytes : step.bytes.length;
	const stride = "erase" === step.kind ? 16 : 1;
	const tears: Tear[] = [];
	for (let bytes = 0; bytes <= length; bytes += stride) tears.push({ kind: "first", bytes });
	for (let bytes = stride; bytes < length; bytes += stride) tears.push({ kind: "last", bytes });
	for (let seed = from; seed < from + seeds; seed++) for (const kind of CHANCE) tears.push({ kind, seed });
	return tears;
}

/** One of each kind. */
export function someTears(flash: Flash, step: FlashStep, seed: number): Tear[] {
	const length = "erase" === step.kind ? flash.sectorBytes : step.bytes.length;
	return [
		{ kind: "first", bytes: 0 },
		{ kind: "first", bytes: length >> 1 },
		{ kind: "last", bytes: length >> 1 },
		{ kind: "first", bytes: length },
		...CHANCE.map(kind => ({ kind, seed })),
	];
}
