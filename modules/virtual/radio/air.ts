/* The radio link: what goes up or down waits its turn, takes its time on the air, and half a round trip more. */
import type { Schedule } from "../schedule.js";
import type { World } from "../world.js";

/** A TCP/IP header, an acknowledgement, a handshake. */
export const HEADER_BYTES = 40;

interface Parcel {
	readonly bytes: number;
	readonly arrive: () => void;
}

/** One direction. */
class Lane {
	readonly #schedule: Schedule;
	readonly #bitsPerSecond: number;
	readonly #delayMs: number;
	readonly #parcels: Parcel[] = [];
	#busy = false;
	#open: boolean;

	constructor(schedule: Schedule, bitsPerSecond: number, delayMs: number, open: boolean) {
		this.#schedule = schedule;
		this.#bitsPerSecond = bitsPerSecond;
		this.#delayMs = delayMs;
		this.#open = open;
	}

	set open(open: boolean) {
		this.#open = open;
		this.#next();
	}

	send(bytes: number, arrive: () => void): void {
		this.#parcels.push({ bytes, arrive });
		this.#next();
	}

	#next(): void {
		if (this.#busy || !this.#open) return;
		const parcel = this.#parcels.shift();
		if (!parcel) return;
		this.#busy = true;
		this.#schedule.after((parcel.bytes * 8 * 1000) / this.#bitsPerSecond, () => {
			this.#busy = false;
			this.#schedule.after(this.#delayMs, parcel.arrive);
			this.#next();
		});
	}
}

export class Air {
	/** Connections that are not over: they end with the power. */
	readonly streams = new Set<{ abort(): void }>();
	readonly #up: Lane;
	readonly #down: Lane;
	readonly #unwatch: () => void;

	readonly #world: World;

	constructor(world: World) {
		const { schedule, radio } = world;
		this.#world = world;
		this.#up = new Lane(schedule, radio.uplinkBps, radio.roundTripMs / 2, radio.covered);
		this.#down = new Lane(schedule, radio.downlinkBps, radio.roundTripMs / 2, radio.covered);
		this.#unwatch = radio.watch(() => {
			this.#up.open = radio.covered;
			this.#down.open = radio.covered;
		});
	}

	/** `arrive` is called when the last of `bytes` is at the operator's gateway. */
	up(bytes: number, arrive: () => void): void {
		this.#up.send(bytes, arrive);
	}

	/** `arrive` is called when the last of `bytes` is at the modem. */
	down(bytes: number, arrive: () => void): void {
		this.#down.send(bytes, arrive);
	}

	/** Asks the name server behind it. */
	resolve(host: string, onDone: (addresses: readonly string[]) => void): void {
		const { network, schedule, timing } = this.#world;
		this.up(HEADER_BYTES, () => {
			network.resolve(host, addresses => {
				const late = 0 === addresses.length ? timing.nameUnknownMs : 0;
				this.down(HEADER_BYTES, () => schedule.after(late, () => onDone(addresses)));
			});
		});
	}

	close(): void {
		this.#unwatch();
		for (const stream of [...this.streams]) stream.abort();
	}
}
