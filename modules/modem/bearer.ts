/*
 * The bearer (PDP context): from any state the modem may be in, to an address of its own.
 *
 * AT+CIPSHUT is allowed in every state and leads to one that is known, so it comes first; the mode of connections and
 * of receiving can only be chosen then. Without AT+CIFSR no connection opens, though nothing else needs the address.
 *
 * Source: SIM900 AT Command Manual 8.2; TCPIP Application Note 7.
 */
import type { Engine } from "../at/engine.js";
import { ModemError } from "../core/errors.js";
import {
	accessPoint,
	BEARER_UP,
	CONNECTION_DEFAULTS,
	LOCAL_ADDRESS,
	multiplex,
	RECEIVE_ON_REQUEST,
	RECEIVE_WITH_HEADER,
	SHUT,
} from "./commands.js";
import type { ModemEvent } from "./events.js";

export interface BearerOptions {
	readonly engine: Engine;
	readonly apn: string;
	readonly user: string;
	readonly password: string;
	/** Several connections at once. */
	readonly several: boolean;
	onEvent(event: ModemEvent): void;
}

export class Bearer {
	readonly #options: BearerOptions;
	#address: string | undefined;
	#pushes = false;

	constructor(options: BearerOptions) {
		this.#options = options;
		accessPoint(options.apn, options.user, options.password); // throws when one of them can't be sent
	}

	/** The modem's own address while the bearer is up. */
	get address(): string | undefined {
		return this.#address;
	}

	/** This firmware can't keep data until it is asked for: it pushes what comes. */
	get pushes(): boolean {
		return this.#pushes;
	}

	/** @throws {ModemError} BEARER_FAILED, and what the engine throws */
	async up(): Promise<void> {
		if (undefined !== this.#address) return;
		const { engine, several } = this.#options;
		await engine.send(SHUT);
		await engine.send(multiplex(several));
		for (const command of CONNECTION_DEFAULTS) await engine.send(command).catch(unlessRefused);
		await this.#chooseReceiving();
		await engine.send(accessPoint(this.#options.apn, this.#options.user, this.#options.password));
		try {
			await engine.send(BEARER_UP);
		} catch (error) {
			if (!(error instanceof ModemError) || "REFUSED" !== error.code) throw error;
			throw new ModemError(
				"BEARER_FAILED",
				`the network gave no bearer: check apn, user and password (${error.message})`,
				error.reason,
			);
		}
		const address = await engine.send(LOCAL_ADDRESS);
		this.#address = address;
		this.#options.onEvent({ kind: "bearer-up", address });
	}

	/** Ends it, and with it every connection. */
	async down(): Promise<void> {
		await this.#options.engine.send(SHUT);
		this.#isDown("asked");
	}

	/** +PDP: DEACT, or the modem has restarted. */
	onLost(code: "BEARER_LOST" | "MODEM_RESTARTED"): void {
		this.#isDown(code);
	}

	#isDown(code: "asked" | "BEARER_LOST" | "MODEM_RESTARTED"): void {
		if (undefined === this.#address) return;
		this.#address = undefined;
		this.#options.onEvent({ kind: "bearer-down", code });
	}

	/** Firmware from before 2010 does not know CIPRXGET. */
	async #chooseReceiving(): Promise<void> {
		const { engine, several } = this.#options;
		try {
			await engine.send(RECEIVE_ON_REQUEST);
			this.#pushes = false;
		} catch (error) {
			if (!(error instanceof ModemError) || "REFUSED" !== error.code) throw error;
			await engine.send(RECEIVE_WITH_HEADER);
			this.#pushes = true;
		}
		engine.inlineHeaders = this.#pushes && !several;
	}
}

/** Old firmware does not know each of them, and then has nothing else to offer. */
function unlessRefused(error: ModemError): void {
	if ("REFUSED" !== error.code) throw error;
}
