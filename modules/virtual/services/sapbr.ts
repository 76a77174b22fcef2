/* The bearers of AT+SAPBR, for the modem's own applications (HTTP, time, location): apart from the CIP context. */
import type { Session } from "../session.js";

/** As AT+SAPBR=2 counts. */
export const BEARER = { connecting: 0, connected: 1, closing: 2, closed: 3 } as const;

const TAGS = ["CONTYPE", "PHONENUM", "APN", "USER", "PWD", "RATE"] as const;
type Tag = (typeof TAGS)[number];

export class AppBearer {
	readonly id: number;
	state: number = BEARER.closed;
	readonly #session: Session;
	readonly #values = new Map<Tag, string>();

	constructor(session: Session, id: number) {
		this.#session = session;
		this.id = id;
	}

	get address(): string | undefined {
		return this.#session.packetData.address(`sapbr${this.id}`);
	}

	/** @returns false when there is no such setting */
	set(tag: string, value: string): boolean {
		const name = TAGS.find(known => known === tag.toUpperCase());
		if (!name) return false;
		this.#values.set(name, value);
		return true;
	}

	/** In the form of AT+SAPBR=4. */
	get settings(): string[] {
		return TAGS.map(tag => `${tag}: ${this.#values.get(tag) ?? ""}`);
	}

	open(onDone: (up: boolean) => void): void {
		const value = (tag: Tag) => this.#values.get(tag) ?? "";
		this.state = BEARER.connecting;
		this.#session.packetData.activate(
			`sapbr${this.id}`,
			{ apn: value("APN"), user: value("USER"), password: value("PWD") },
			up => {
				this.state = up ? BEARER.connected : BEARER.closed;
				onDone(up);
			},
			() => {
				this.state = BEARER.closed;
				this.#session.urc(`+SAPBR ${this.id}: DEACT`);
			},
		);
	}

	close(onDone: () => void): void {
		const { world, packetData } = this.#session;
		this.state = BEARER.closing;
		world.schedule.after(world.timing.deactivateMs, () => {
			packetData.deactivate(`sapbr${this.id}`);
			this.state = BEARER.closed;
			onDone();
		});
	}
}
