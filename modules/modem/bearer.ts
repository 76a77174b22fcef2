/*
 * The bearer (PDP context): from any state the modem may be in, to an address of its own.
 *
 * AT+CIPSHUT is allowed in every state and leads to one that is known, so it comes first; the mode of connections and
 * of receiving can only be chosen then. Without AT+CIFSR no connection opens, though nothing else needs the address.
 *
 * Source: SIM900 AT Command Manual 8.2; TCPIP Application Note 7.
 */
import { type Command, Refusal } from "../at/command.js";
import { ModemError, type ModemErrorCode } from "../core/errors.js";
import type { SerialDescription } from "../core/io.js";
import { textOfCause } from "./cause-texts.js";
import { causeOfCme } from "./causes.js";
import {
	accessPoint,
	BEARER_UP,
	CONNECTION_DEFAULTS,
	connectionState,
	LOCAL_ADDRESS,
	multiplexMode,
	RECEIVE_ON_REQUEST,
	RECEIVE_WITH_HEADER,
	SEND_QUICKLY,
	SHUT,
} from "./commands.js";
import type { ModemEvent } from "./events.js";
import { rejectReason } from "./reject.js";
import type { Script } from "./script.js";

/** With start and stop. */
const BITS_PER_BYTE = 10;
/** JavaScript may be away for so long, once in a while, and no pushed byte be lost. */
const PUSH_STALL_MS = 100;
/** Of AT+CIPSTATUS after AT+CSTT: AT+CIICR has not been carried out. */
const NOT_BEGUN = "IP START";
const NO_CAUSE = "check apn, user and password, and that the SIM has data service here";

type State =
	| { readonly kind: "down" }
	/** +PDP: DEACT in this state means the context that is being activated. */
	| { readonly kind: "activating" }
	| { readonly kind: "up"; readonly address: string };

const DOWN: State = Object.freeze({ kind: "down" });
const ACTIVATING: State = Object.freeze({ kind: "activating" });

export interface BearerOptions {
	readonly script: Script;
	readonly apn: string;
	readonly user: string;
	readonly password: string;
	/** Several connections at once. */
	readonly multiplex: boolean;
	readonly serial: Pick<SerialDescription, "baud" | "receiveBuffer">;
	/** Before each activation. @throws {ModemError} BACKOFF */
	request(what: "activation"): void;
	onEvent(event: ModemEvent): void;
}

export class Bearer {
	private readonly options: BearerOptions;
	private state: State = DOWN;
	private isPushing = false;
	private isQuick = false;

	/** @throws {TypeError | RangeError} `apn`, `user` or `password` can't be sent */
	constructor(options: BearerOptions) {
		this.options = options;
		accessPoint(options.apn, options.user, options.password);
	}

	/** The modem's own address while the bearer is up. */
	get address(): string | undefined {
		return "up" === this.state.kind ? this.state.address : undefined;
	}

	/** This firmware can't keep data until it is asked for: it pushes what comes. */
	get pushes(): boolean {
		return this.isPushing;
	}

	/** Data is taken at once, and what the peer has acknowledged is told when asked for. */
	get sendsQuickly(): boolean {
		return this.isQuick;
	}

	/** @throws {ModemError} BEARER_FAILED, BEARER_LOST, BACKOFF, BAUD_TOO_HIGH, MODEM_RESTARTED, and what the client throws */
	async up(): Promise<void> {
		if ("up" === this.state.kind) return;
		await this.configure();
		this.state = ACTIVATING; // +PDP: DEACT before this speaks of the context before
		try {
			await this.activate();
			const address = await this.options.script.send(LOCAL_ADDRESS);
			if (ACTIVATING !== this.state) throw new ModemError("BEARER_LOST", "the network took the bearer away at once");
			this.state = { kind: "up", address };
			this.options.onEvent({ kind: "bearer-up", address });
		} finally {
			if (ACTIVATING === this.state) this.state = DOWN;
		}
	}

	/** What can only be chosen while nothing is up. */
	private async configure(): Promise<void> {
		const { apn, multiplex, password, script, user } = this.options;
		await script.send(SHUT);
		await script.send(multiplexMode(multiplex));
		// Old firmware does not know each command, and then has nothing else to offer.
		for (const command of CONNECTION_DEFAULTS) await script.ask(command);
		this.isQuick = await this.knows(SEND_QUICKLY);
		this.isPushing = !(await this.knows(RECEIVE_ON_REQUEST)); // from before 2010
		if (this.isPushing) {
			this.checkPushing();
			await script.send(RECEIVE_WITH_HEADER);
		}
		script.client.inlineHeaders = this.isPushing && !multiplex;
		await script.send(accessPoint(apn, user, password));
	}

	/** @throws {ModemError} BEARER_FAILED, and what the client throws */
	private async activate(): Promise<void> {
		const { request, script } = this.options;
		request("activation");
		let answer = await script.once(BEARER_UP);
		if (!(answer instanceof Refusal)) return;
		let reason = await rejectReason(script, answer.reason);
		// An activation is a request to the network: it is repeated only if the line never came to the modem.
		const told = undefined === causeOfCme(reason) ? await script.once(connectionState(undefined)) : answer;
		if (!(told instanceof Refusal) && NOT_BEGUN === told.state) {
			answer = await script.once(BEARER_UP);
			if (!(answer instanceof Refusal)) return;
			reason = await rejectReason(script, answer.reason);
		}
		const cause = causeOfCme(reason);
		const why = undefined === cause ? `${answer.message}; ${NO_CAUSE}` : textOfCause("session", cause);
		throw new ModemError("BEARER_FAILED", `the network gave no bearer: ${why}`, reason);
	}

	/** Pushed data waits for nobody. @throws {ModemError} BAUD_TOO_HIGH */
	private checkPushing(): void {
		const { baud, receiveBuffer } = this.options.serial;
		const mostBaud = Math.floor((receiveBuffer * BITS_PER_BYTE * 1_000) / PUSH_STALL_MS);
		if (baud <= mostBaud) return;
		throw new ModemError(
			"BAUD_TOO_HIGH",
			`this firmware pushes what comes (it has no AT+CIPRXGET), and ${receiveBuffer} bytes of receive buffer bear that up to ${mostBaud} baud: lower baud, or update the modem`,
		);
	}

	private async knows(command: Command): Promise<boolean> {
		return !((await this.options.script.ask(command)) instanceof Refusal);
	}

	/** Ends it, and with it every connection. It counts as down at once. @throws {ModemError} what the client throws */
	async down(): Promise<void> {
		const { client } = this.options.script;
		this.onLost("asked");
		if ((await client.ask(SHUT)) instanceof Refusal) await client.ask(SHUT); // a byte was lost; and `up` begins with it
	}

	/** +PDP: DEACT, the modem has restarted, or it was asked for. */
	onLost(code: "asked" | ModemErrorCode): void {
		const { kind } = this.state;
		this.state = DOWN;
		if ("up" === kind) this.options.onEvent({ kind: "bearer-down", code });
	}

	/** Nothing is told. */
	close(): void {
		this.state = DOWN;
	}
}
