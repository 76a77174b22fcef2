/*
 * The bearer (PDP context): from any state the modem may be in, to an address of its own.
 *
 * AT+CIPSHUT is allowed in every state and leads to one that is known, so it comes first; the mode of connections and
 * of receiving can only be chosen then. Without AT+CIFSR no connection opens, though nothing else needs the address.
 *
 * Source: SIM900 AT Command Manual 8.2; TCPIP Application Note 7.
 */
import type { Command } from "../at/command.js";
import { ModemError } from "../core/errors.js";
import type { SerialDescription } from "../core/io.js";
import {
	accessPoint,
	BEARER_UP,
	CONNECTION_DEFAULTS,
	LOCAL_ADDRESS,
	multiplexMode,
	RECEIVE_ON_REQUEST,
	RECEIVE_WITH_HEADER,
	SEND_QUICKLY,
	SHUT,
} from "./commands.js";
import type { ModemEvent } from "./events.js";
import type { Script } from "./script.js";

/** With start and stop. */
const BITS_PER_BYTE = 10;
/** JavaScript may be away for so long, once in a while, and no pushed byte be lost. */
const PUSH_STALL_MS = 100;

export interface BearerOptions {
	readonly script: Script;
	readonly apn: string;
	readonly user: string;
	readonly password: string;
	/** Several connections at once. */
	readonly multiplex: boolean;
	readonly serial: Pick<SerialDescription, "baud" | "receiveBuffer">;
	onEvent(event: ModemEvent): void;
}

export class Bearer {
	readonly #options: BearerOptions;
	#address: string | undefined;
	#pushes = false;
	#sendsQuickly = false;
	/** Since it was last asked for. */
	#lost = false;

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

	/** @throws {ModemError} BEARER_FAILED, BEARER_LOST, BAUD_TOO_HIGH, MODEM_RESTARTED, and what the client throws */
	async up(): Promise<void> {
		if (undefined !== this.#address) return;
		const { script, multiplex } = this.#options;
		await script.send(SHUT);
		await script.send(multiplexMode(multiplex));
		// Old firmware does not know each command, and then has nothing else to offer.
		for (const command of CONNECTION_DEFAULTS) await script.sendOr(false, command);
		this.#sendsQuickly = await this.knows(SEND_QUICKLY);
		this.#pushes = !(await this.knows(RECEIVE_ON_REQUEST)); // from before 2010
		if (this.#pushes) {
			this.checkPushing();
			await script.send(RECEIVE_WITH_HEADER);
		}
		script.client.inlineHeaders = this.#pushes && !multiplex;
		await script.send(accessPoint(this.#options.apn, this.#options.user, this.#options.password));
		this.#lost = false; // +PDP: DEACT before this speaks of the one before
		try {
			await script.send(BEARER_UP);
		} catch (error) {
			if (!(error instanceof ModemError) || "REFUSED" !== error.code) throw error;
			throw new ModemError(
				"BEARER_FAILED",
				`the network gave no bearer: check apn, user and password (${error.message})`,
				error.reason,
			);
		}
		const address = await script.send(LOCAL_ADDRESS);
		if (this.#lost) throw new ModemError("BEARER_LOST", "the network took the bearer away at once");
		this.#address = address;
		this.#options.onEvent({ kind: "bearer-up", address });
	}

	/** Pushed data waits for nobody. @throws {ModemError} BAUD_TOO_HIGH */
	private checkPushing(): void {
		const { baud, receiveBuffer } = this.#options.serial;
		const mostBaud = Math.floor((receiveBuffer * BITS_PER_BYTE * 1_000) / PUSH_STALL_MS);
		if (baud <= mostBaud) return;
		throw new ModemError(
			"BAUD_TOO_HIGH",
			`this firmware pushes what comes (it has no AT+CIPRXGET), and ${receiveBuffer} bytes of receive buffer bear that up to ${mostBaud} baud: lower baud, or update the modem`,
		);
	}

	/** Asked twice: a byte that is lost on its way makes any command one that the modem does not know. */
	private async knows(command: Command): Promise<boolean> {
		const { script } = this.#options;
		return false !== (await script.sendOr(false, command)) || false !== (await script.sendOr(false, command));
	}

	/** Ends it, and with it every connection. */
	async down(): Promise<void> {
		await this.#options.script.client.send(SHUT);
		this.goDown("asked");
	}

	/** +PDP: DEACT, or the modem has restarted. */
	onLost(code: "BEARER_LOST" | "MODEM_RESTARTED"): void {
		this.#lost = true;
		this.goDown(code);
	}

	/** Nothing is told. */
	close(): void {
		this.#address = undefined;
	}

	private goDown(code: "asked" | "BEARER_LOST" | "MODEM_RESTARTED"): void {
		if (undefined === this.#address) return;
		this.#address = undefined;
		this.#options.onEvent({ kind: "bearer-down", code });
	}
}
