/*
 * Transparent mode (AT+CIPMODE=1): the port is the connection, until +++ with silence around it, or its end.
 *
 * What the modem has to say meanwhile waits for command mode.
 */
import { elapsedMs, type TimerId } from "../../../core/clock.js";
import { ByteQueue } from "../../bytes.js";
import type { Session } from "../../session.js";
import type { Ip } from "./ip.js";

const PLUS = 0x2b;
const PLUSES = 3;
const SILENCE_BEFORE_MS = 1000;
const SILENCE_AFTER_MS = 500;
const BETWEEN_MS = 500;
const HELD_TEXTS_MAX = 16;
const WAIT_UNIT_MS = 200;
/** What the modem holds of the host's data before it is lost. */
const BUFFER_BYTES = 4096;

export class Transparent {
	/** The port is raw. */
	active = false;
	/** Command mode over an open transparent connection: its data waits for ATO. */
	holding = false;
	readonly #session: Session;
	readonly #ip: Ip;
	readonly #out = new ByteQueue();
	#held: string[] = [];
	#heardMs = 0;
	#pluses = 0;
	#silenceBefore = false;
	#escapeTimer: TimerId | undefined;
	#sendTimer: TimerId | undefined;

	constructor(session: Session, ip: Ip) {
		this.#session = session;
		this.#ip = ip;
	}

	/** CONNECT, and the port is raw. */
	enter(): void {
		this.#session.framing.result("CONNECT");
		this.active = true;
		this.holding = false;
		this.#pluses = 0;
		this.#heardMs = this.#session.world.clock.nowMs();
		this.#session.interpreter.divert(bytes => this.#take(bytes));
		this.#ip.receiver.printer.pump();
	}

	/** To command mode, the connection stays: +++, or DTR. */
	escape(): void {
		if (!this.active) return;
		this.#toCommandMode();
		this.holding = true;
		this.#session.framing.result("OK");
		this.#tellHeld();
	}

	/** ATO. False: there is nothing to go back to. */
	resume(): boolean {
		if (!this.holding) return false;
		this.enter();
		return true;
	}

	/** The connection is over. */
	leave(): void {
		if (this.active) this.#toCommandMode();
		this.holding = false;
		this.#out.clear();
		this.#tellHeld();
	}

	hold(text: string): void {
		if (this.#held.length < HELD_TEXTS_MAX) this.#held.push(text);
	}

	#toCommandMode(): void {
		this.#session.world.schedule.cancel(this.#escapeTimer);
		this.active = false;
		this.#session.interpreter.undivert();
	}

	#tellHeld(): void {
		for (const text of this.#held.splice(0)) this.#session.framing.info(text);
	}

	#take(bytes: Uint8Array): number {
		this.#watchEscape(bytes);
		if (this.#out.length + bytes.length <= BUFFER_BYTES) this.#out.push(bytes.slice());
		this.#send(false);
		return bytes.length;
	}

	get #mayEscape(): boolean {
		return this.#silenceBefore && 1 === this.#ip.settings.transparentConfig[3];
	}

	/** Pluses at the end that may still turn out to be an escape: they are no data yet. */
	#keptBack(): number {
		const silentMs = elapsedMs(this.#heardMs, this.#session.world.clock.nowMs());
		return this.#mayEscape && this.#pluses <= PLUSES && silentMs < BETWEEN_MS ? this.#pluses : 0;
	}

	#watchEscape(bytes: Uint8Array): void {
		const { clock, schedule } = this.#session.world;
		const silentMs = elapsedMs(this.#heardMs, clock.nowMs());
		this.#heardMs = clock.nowMs();
		schedule.cancel(this.#escapeTimer);
		if (0 === this.#pluses) this.#silenceBefore = silentMs >= SILENCE_BEFORE_MS;
		const onTime = 0 === this.#pluses || silentMs < BETWEEN_MS;
		this.#pluses = onTime && bytes.every(byte => PLUS === byte) ? this.#pluses + bytes.length : 0;
		if (PLUSES !== this.#pluses || !this.#mayEscape) return;
		this.#escapeTimer = schedule.after(SILENCE_AFTER_MS, () => this.#escaped());
	}

	#escaped(): void {
		this.#out.take(this.#out.length);
		this.#pluses = 0;
		this.escape();
	}

	#send(timeIsUp: boolean): void {
		const { schedule } = this.#session.world;
		const [, waitUnits = 2, size = 1024] = this.#ip.settings.transparentConfig;
		const connection = this.#ip.single;
		const keep = this.#keptBack();
		while (this.#out.length > keep && (timeIsUp || this.#out.length >= size)) {
			const count = Math.min(this.#out.length - keep, size, connection.room);
			if (0 === count) break;
			connection.send(this.#out.take(count));
		}
		if (0 === this.#out.length || undefined !== this.#sendTimer) return;
		this.#sendTimer = schedule.after(waitUnits * WAIT_UNIT_MS, () => {
			this.#sendTimer = undefined;
			this.#send(true);
		});
	}
}
