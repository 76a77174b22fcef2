/*
 * The bearer (PDP context): from any state the modem may be in, to an address of its own.
 *
 * AT+CIPSHUT is allowed in every state and leads to one that is known, so it comes first; the mode of connections and
 * of receiving can only be chosen then. Without AT+CIFSR no connection opens, though nothing else needs the address.
 *
 * Source: SIM900 AT Command Manual 8.2; TCPIP Application Note 7.
 */
import type { Command } from "../at/command.js";
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
	SEND_QUICKLY,
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
	#sendsQuickly = false;

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

	/** Data is taken at once, and what the peer has acknowledged is told when asked for. */
	get sendsQuickly(): boolean {
		return this.#sendsQuickly;
	}

	/** @throws {ModemError} BEARER_FAILED, and what the engine throws */
	async up(): Promise<void> {
		if (undefined !== this.#address) return;
		const { engine, several } = this.#options;
		await engine.send(SHUT);
		await engine.send(multiplex(several));
		for (const command of CONNECTION_DEFAULTS) await this.#isKnown(command);
		this.#sendsQuickly = await this.#isKnown(SEND_QUICKLY);
		this.#pushes = !(await this.#isKnown(RECEIVE_ON_REQUEST)); // firmware from before 2010
		if (this.#pushes) await engine.send(RECEIVE_WITH_HEADER);
		engine.inlineHeaders = this.#pushes && !several;
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

	/** Old firmware does not know each command, and then has nothing else to offer. */
	async #isKnown(command: Command): Promise<boolean> {
		try {
			await this.#options.engine.send(command);
			return true;
		} catch (error) {
			if (error instanceof ModemError && "REFUSED" === error.code) return false;
			throw error;
		}
	}
}
