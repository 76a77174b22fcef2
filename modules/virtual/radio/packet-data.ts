/*
 * The packet data contexts of the modem: one for the CIP commands, one for each SAPBR bearer, and what AT+CGACT opens.
 *
 * They share the attachment and the operator: what takes one away by force takes all.
 */
import type { TimerId } from "../../core/clock.js";
import type { World } from "../world.js";
import type { Registration } from "./registration.js";

/** Who has a context: "cip", "sapbr1", "cgact1"... */
export type ContextName = string;

export interface Access {
	readonly apn: string;
	readonly user: string;
	readonly password: string;
}

interface Context {
	readonly address: string;
	readonly onLost: () => void;
	readonly dropTimer: TimerId;
}

export class PacketData {
	readonly #world: World;
	readonly #registration: Registration;
	readonly #contexts = new Map<ContextName, Context>();

	constructor(world: World, registration: Registration) {
		this.#world = world;
		this.#registration = registration;
	}

	get up(): boolean {
		return this.#contexts.size > 0;
	}

	/** Undefined: this context is not up. */
	address(name: ContextName): string | undefined {
		return this.#contexts.get(name)?.address;
	}

	/** Attaches first when it has to. `onLost`: the context has gone although nobody asked for that. */
	activate(name: ContextName, access: Access, onDone: (up: boolean) => void, onLost: () => void): void {
		const shared = this.up;
		const endActivity = this.#world.activity.begin();
		this.#registration.attach(attached => {
			const { timing, schedule, radio } = this.#world;
			schedule.after(shared ? timing.activateSharedMs : timing.activateMs, () => {
				const admitted = attached && this.#registration.attached && radio.admits(access.apn, access.user, access.password);
				if (admitted) this.#opened(name, onLost);
				endActivity();
				onDone(admitted);
			});
		});
	}

	/** Without asking: the operator has given it with the attachment. */
	open(name: ContextName, onLost: () => void, dropTimer?: TimerId): void {
		this.deactivate(name);
		const { random } = this.#world;
		const address = `10.${random.between(1, 254)}.${random.between(1, 254)}.${random.between(1, 254)}`;
		this.#contexts.set(name, { address, onLost, dropTimer });
	}

	#opened(name: ContextName, onLost: () => void): void {
		const { schedule, radio, faults } = this.#world;
		const dropMs = radio.dropContextAfterMs;
		faults.moment("context");
		this.open(name, onLost, undefined === dropMs ? undefined : schedule.after(dropMs, () => this.lose()));
	}

	/** At the owner's wish: `onLost` is not called. */
	deactivate(name: ContextName): void {
		this.#world.schedule.cancel(this.#contexts.get(name)?.dropTimer);
		this.#contexts.delete(name);
	}

	/** The network, or the radio's end, takes all contexts away. */
	lose(): void {
		// as logs show it: SAPBR bearers first
		const lost = [...this.#contexts].sort(([a], [b]) => (a < b ? 1 : -1));
		for (const [name] of lost) this.deactivate(name);
		for (const [, { onLost }] of lost) onLost();
	}
}
