/*
 * The modem: power, SIM, registration, bearer and connections behind three calls, `up`, `open` and `down`.
 *
 * `up` does what is missing and nothing else, so it can be called before every use: what unsolicited results have taken
 * away (a restart, a lost bearer) is built up again by the next call. Nothing of it blocks, and every wait has an end.
 */

import { AtClient } from "../at/client.js";
import { quotedHost, wholeNumber } from "../at/quote.js";
import { withoutText } from "../at/redact.js";
import type { Urc } from "../at/urc.js";
import type { Clock } from "../core/clock.js";
import { ModemError, type ModemErrorCode } from "../core/errors.js";
import { Random } from "../core/random.js";
import { Waits } from "../core/waits.js";
import { Bearer } from "./bearer.js";
import {
	ATTENTION,
	ERROR_NUMBERS,
	FULL_FUNCTIONALITY,
	FUNCTIONALITY,
	IDENTITY,
	LOCAL_ADDRESS,
	TELL_REGISTRATION,
} from "./commands.js";
import type { ModemEvent } from "./events.js";
import { type Identity, readIdentity } from "./identity.js";
import { Observers } from "./observers.js";
import type { ModemOptions } from "./options.js";
import { Power } from "./power.js";
import { Probe } from "./probe.js";
import { type Next, Recovery, type Step } from "./recovery.js";
import { Registration } from "./registration.js";
import { Script } from "./script.js";
import { Sim } from "./sim.js";
import { AsyncConnection } from "./sockets/async-connection.js";
import { Connection, type ConnectionEvents, type ConnectionOptions, type Peer } from "./sockets/connection.js";
import { Dns } from "./sockets/dns.js";
import { LEAST_SEND_BYTES } from "./sockets/sender.js";
import { Server, type ServerEvents } from "./sockets/server.js";

export type { ModemOptions } from "./options.js";

/** Connections at once. TCPIP Application Note 3.1; SIM800 Series AT Command Manual 8.2.2 */
const SIM900_SLOTS = 8;
const SIM800_SLOTS = 6;
/** Of a serial buffer, what a piece of data leaves for its header, its OK and one unsolicited line: 26 + 6 + 32. */
const FRAME_BYTES = 64;
const LEAST_PIECE_BYTES = 16;
const MOST_PIECE_BYTES = 1_460;
const RECEIVE_BYTES = 1_024;
/** Two pieces: one is on its way to the modem, one is gathered. */
const SEND_BYTES = 2_560;
const REGISTRATION_TIMEOUT_MS = 180_000;
/** A modem that restarts while it is being set up, for its supply is weak, gets another chance. */
const START_TRIES = 3;
/** AT+CFUN: SIM and radio are on. */
const FULL = 1;

/** Who wants to hear of nothing. */
const NOBODY: ConnectionEvents = Object.freeze({ onOpen() {}, onProgress() {}, onEnd() {} });

export class Modem {
	readonly #options: ModemOptions;
	readonly #waits: Waits;
	readonly #client: AtClient;
	readonly #observers: Observers;
	readonly #script: Script;
	readonly #power: Power;
	readonly #sim: Sim;
	readonly #registration: Registration;
	readonly #bearer: Bearer;
	readonly #recovery: Recovery;
	/** Where bring-up is. */
	#step: Step = "modem";
	readonly #dns: Dns;
	readonly #server: Server;
	readonly #connections = new Map<number | undefined, Connection>();
	readonly #connectionOptions: ConnectionOptions;
	#slots = SIM900_SLOTS;
	#bringingUp: Promise<void> | undefined;
	#wanted: boolean | undefined;
	/** Answers, and is set up; undone by a restart. */
	#isOn = false;

	/** @throws {TypeError | RangeError} options that can't be used: nothing has been opened then */
	constructor(options: ModemOptions) {
		const { clock, serial } = options;
		this.#options = options;
		wholeNumber("baud", serial.baud, 1_200, 460_800);
		wholeNumber("receiveBuffer", serial.receiveBuffer, FRAME_BYTES + LEAST_PIECE_BYTES, 1 << 20);
		const pieceBytes = Math.min(MOST_PIECE_BYTES, serial.receiveBuffer - FRAME_BYTES);
		const receiveBytes = options.receiveBytes ?? Math.max(RECEIVE_BYTES, pieceBytes);
		const sendBytes = options.sendBytes ?? SEND_BYTES;
		wholeNumber("receiveBytes", receiveBytes, LEAST_PIECE_BYTES, 1 << 20);
		wholeNumber("sendBytes", sendBytes, LEAST_SEND_BYTES, 1 << 20);
		const waits = new Waits(clock);
		const random = new Random(clock.nowMs());
		const hasPowerKey = undefined !== options.powerKey;
		this.#recovery = new Recovery({ nowMs: clock.nowMs(), chance: () => random.next(), hasPowerKey, startSpreadMs: 0 });
		const observers = new Observers(options);
		this.#observers = observers;
		const onEvent = (event: ModemEvent) => {
			observers.tell(event);
			observers.tellWatchers();
		};
		let client: AtClient;
		this.#waits = waits;
		client = new AtClient({
			clock,
			serial,
			onUrc: result => this.onUrc(result),
			onPushedData: (slot, bytes) => this.#connections.get(slot)?.onData(bytes),
			onSilence: () => {
				this.#script.end(new ModemError("NO_MODEM", "the modem has stopped answering: check its power and wiring"));
				this.onRestart();
			},
			onFull: () => {
				if (this.#bearer.pushes) for (const connection of this.#connections.values()) connection.onOverrun();
			},
			onUnexplained: line => onEvent({ kind: "unexplained", line: this.#bearer.pushes ? withoutText(line) : line }),
			onTrace: (direction, line) => {
				if ("<" === direction) this.#power.heard = true;
				observers.tellTrace(direction, line);
			},
		});
		this.#client = client;
		const script = new Script(client, waits);
		this.#script = script;
		const dns = new Dns({ clock, waits, client });
		this.#dns = dns;
		this.#server = new Server(client);
		try {
			this.#bearer = new Bearer({
				script,
				apn: options.apn,
				user: options.user ?? "",
				password: options.password ?? "",
				multiplex: !!options.multiplex,
				serial,
				onEvent,
			});
			this.#sim = new Sim({ clock, script, onEvent, pin: options.pin, memory: options.pinMemory });
			this.#registration = new Registration({
				clock,
				script,
				onEvent,
				timeoutMs: options.registrationTimeoutMs ?? REGISTRATION_TIMEOUT_MS,
			});
			const probe = new Probe({ client, waits, baud: serial.baud });
			this.#power = new Power({ clock, waits, client, probe, powerKey: options.powerKey, status: options.status, onEvent });
		} catch (error) {
			client.close();
			throw error;
		}
		this.#connectionOptions = {
			clock,
			client,
			waits,
			bearer: this.#bearer,
			connections: this.#connections,
			missesBearer: () => this.missesBearer(),
			get pieceBytes() {
				return Math.max(LEAST_PIECE_BYTES, pieceBytes - dns.resultBytes);
			},
			receiveBytes,
			sendBytes,
		};
	}

	/** The command client, for what this class does not do; what is sent to it waits its turn. */
	get client(): AtClient {
		return this.#client;
	}

	get clock(): Clock {
		return this.#options.clock;
	}

	/** The modem's own address while the bearer is up. */
	get address(): string | undefined {
		return this.#bearer.address;
	}

	/** As the network last said: 0 to 5, 1 at home, 5 roaming; undefined when not known. */
	get registration(): number | undefined {
		return this.#registration.state;
	}

	/** What those who share the bearer want: up, or down; undefined: nobody has said. For them to keep to: observers hear of it. */
	get wanted(): boolean | undefined {
		return this.#wanted;
	}

	set wanted(wanted: boolean | undefined) {
		this.#wanted = wanted;
		this.#observers.tellWatchers();
	}

	/**
	 * Operator, signal, IMEI and ICCID, as far as the modem tells; `known`: the two numbers are taken from there. On the way
	 * it is found out whether the bearer still is.
	 *
	 * @throws {ModemError} TIMEOUT, CLOSED...
	 */
	async identity(known?: Identity): Promise<Identity> {
		if (undefined !== this.#bearer.address) await this.missesBearer();
		return readIdentity(this.#client, known);
	}

	/** Calls back when `address` or `registration` may have changed, until what this gives is called. */
	watch(onChanged: () => void): () => void {
		return this.#observers.watch(onChanged);
	}

	/**
	 * Resolves when connections can be opened. Calls while one is under way share it.
	 *
	 * @throws {ModemError} with the code of the step that failed
	 */
	up(): Promise<void> {
		this.#bringingUp ??= this.bringUp().finally(() => {
			this.#bringingUp = undefined;
		});
		return this.#bringingUp;
	}

	/** What `up` would do next, and how long until it may. */
	get next(): Next {
		return this.#recovery.next(this.clock.nowMs());
	}

	private async bringUp(): Promise<void> {
		const { clock } = this;
		this.#step = this.#isOn ? "registration" : "modem";
		this.#recovery.begin(this.next.rung, clock.nowMs());
		try {
			await this.tryUp();
			this.#recovery.onSuccess("bearer", clock.nowMs());
		} catch (error) {
			if (error instanceof ModemError) this.#recovery.onFailure(this.#step, error, clock.nowMs());
			throw error;
		}
	}

	private async tryUp(): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			this.#script.begin();
			try {
				if (!this.#isOn) await this.start();
				else if (!this.#registration.isRegistered) await this.#registration.register();
				this.#step = "bearer";
				return await this.#bearer.up();
			} catch (error) {
				const code = codeOf(error);
				if ("TIMEOUT" === code || "NO_MODEM" === code || "MODEM_RESTARTED" === code) this.#isOn = false;
				if (("MODEM_RESTARTED" !== code && "BEARER_LOST" !== code) || attempt === START_TRIES) throw error;
			}
		}
	}

	private async start(): Promise<void> {
		const script = this.#script;
		this.onRestart();
		await this.#power.on();
		script.begin();
		await script.send(ATTENTION);
		await script.send(ERROR_NUMBERS);
		await this.identify();
		if (FULL !== (await script.sendOr(FULL, FUNCTIONALITY))) await script.sendOr(undefined, FULL_FUNCTIONALITY);
		await this.#sim.unlock();
		await script.send(TELL_REGISTRATION);
		await this.#registration.register();
		this.#power.starting = false; // in autobaud it says no RDY
		this.#isOn = true;
	}

	private async identify(): Promise<void> {
		const words = (await this.#script.send(IDENTITY)).split(" ");
		const model = words[0] ?? "";
		const firmware = words[1] ?? "";
		this.#slots = model.startsWith("SIM8") ? SIM800_SLOTS : SIM900_SLOTS;
		this.#observers.tell({ kind: "identified", model, firmware });
	}

	/** Ends every connection and the bearer; the modem stays on and registered. */
	async down(): Promise<void> {
		this.#recovery.onDown(this.clock.nowMs());
		await this.#bearer.down();
		this.loseConnections(new ModemError("CLOSED", "the bearer was taken down"));
	}

	/** @throws {TypeError | RangeError} a peer that can't be put into a command */
	check(peer: Peer): void {
		if ("TCP" !== peer.protocol && "UDP" !== peer.protocol)
			throw new RangeError(`protocol must be "TCP" or "UDP", not ${String(peer.protocol)}`);
		quotedHost("host", peer.host);
		wholeNumber("port", peer.port, 1, 65_535);
	}

	/**
	 * Opens a connection, by promises. The bearer must be up.
	 *
	 * @throws {ModemError} NO_SLOT, CONNECT_FAILED, BEARER_LOST...  @throws {RangeError} a peer that can't be sent to
	 */
	async open(peer: Peer): Promise<AsyncConnection> {
		const conversation = new AsyncConnection(this.#options.clock, this.#waits, events => this.connect(peer, events));
		await conversation.opened();
		return conversation;
	}

	/**
	 * Begins to open a connection, by events. The bearer must be up.
	 *
	 * @throws {ModemError} NO_SLOT, BEARER_LOST  @throws {RangeError} a peer that can't be sent to
	 */
	connect(peer: Peer, events: ConnectionEvents): Connection {
		this.check(peer);
		if (undefined === this.#bearer.address) throw new ModemError("BEARER_LOST", "the bearer is down: call up() first");
		const slot = this.freeSlot();
		return slot instanceof Connection
			? new Connection(this.#connectionOptions, slot.slot, peer, events, slot)
			: new Connection(this.#connectionOptions, slot, peer, events);
	}

	/**
	 * Listens on `port` until what this gives is called. The bearer must be up.
	 *
	 * @throws {ModemError} NO_SLOT (it listens already), BEARER_LOST  @throws {RangeError} no port
	 */
	listen(port: number, events: ServerEvents): () => void {
		if (undefined === this.#bearer.address) throw new ModemError("BEARER_LOST", "the bearer is down: call up() first");
		return this.#server.listen(port, events);
	}

	/**
	 * The address of a name; what is known is kept for a while. The bearer must be up.
	 *
	 * @throws {TypeError | RangeError} no host name
	 */
	resolve(host: string): Promise<string> {
		quotedHost("host", host);
		if (undefined === this.#bearer.address)
			return Promise.reject(new ModemError("BEARER_LOST", "the bearer is down: call up() first"));
		return this.#dns.resolve(host);
	}

	/** Everything that waits is rejected with CLOSED; no timer, callback or open port is left. May be called twice. */
	close(): void {
		this.#waits.close();
		this.#client.close();
		this.#power.close();
		this.#bearer.close();
		this.#registration.forget();
		this.loseConnections(new ModemError("CLOSED", "the driver was closed"));
		this.#observers.tellWatchers();
	}

	/** A slot, undefined for the only one; or a connection that is being closed, whose slot will be free. */
	private freeSlot(): number | undefined | Connection {
		if (!this.#options.multiplex) {
			if (0 === this.#connections.size) return undefined;
		} else {
			// The modem's server gives its clients the first free slot: keep out of its way, and leave it one.
			const { isListening } = this.#server;
			for (let at = 0; at < this.#slots - (isListening ? 1 : 0); at++) {
				const slot = isListening ? this.#slots - 1 - at : at;
				if (!this.#connections.has(slot)) return slot;
			}
		}
		for (const connection of this.#connections.values()) {
			if (connection.mayBeFollowed && !(this.#server.isListening && 0 === connection.slot)) return connection;
		}
		for (const connection of this.#connections.values()) if (connection.isStuck) throw this.giveUpBearer();
		throw new ModemError(
			"NO_SLOT",
			`all ${this.#options.multiplex ? this.#slots : 1} connections of the modem are in use: close one first`,
		);
	}

	/**
	 * A word of the modem may have been lost: without an address there is no bearer, and perhaps it was a restart. Gives
	 * the error, which all have been told; undefined: it is there, as far as the modem says.
	 */
	private async missesBearer(): Promise<ModemError | undefined> {
		for (let asked = 0; ; asked++) {
			if (undefined === this.#bearer.address) return undefined; // all have been told
			const refused = await this.#client.send(LOCAL_ADDRESS).then(
				() => false,
				caught => "REFUSED" === codeOf(caught),
			);
			if (!refused || undefined === this.#bearer.address) return undefined;
			if (asked < 1) continue; // a byte that was lost makes any command a refused one
			this.onRestart();
			return new ModemError("BEARER_LOST", "the bearer is gone, and the modem's word of it was lost");
		}
	}

	/** The modem does not close what it should: the next `up` starts from AT+CIPSHUT, which closes everything. */
	private giveUpBearer(): ModemError {
		const error = new ModemError("BEARER_LOST", "the modem does not close a connection: the bearer is built up anew");
		this.#bearer.onLost("BEARER_LOST");
		this.loseConnections(error);
		return error;
	}

	private onUrc(result: Urc): void {
		switch (result.kind) {
			case "result":
				return this.#connections.get(result.slot)?.onResult(result.result);
			case "closed":
				return this.#connections.get(result.slot)?.onClosed();
			case "remote":
				return this.onClient(result.slot, result.address);
			case "data-ready":
				return this.#connections.get(result.slot)?.onDataReady();
			case "service":
				return "dns" === result.service ? this.#dns.onResult(result.line) : undefined;
			case "function": // only a start says so unasked: its RDY was lost
				if (this.#isOn) this.onRestart();
				return;
			case "sim":
				if (this.#isOn) this.onRestart();
				return this.#script.wake();
			case "state":
				if ("PDP DEACT" === result.state) this.onBearerLost();
				return;
			case "registration":
				this.#registration.onChange(result.domain, result.state);
				return this.#observers.tellWatchers();
			case "bearer-lost":
				return this.onBearerLost();
			case "started":
				this.#power.wake();
				if (!this.#power.starting) return this.onRestart();
				this.#power.starting = false;
				return;
			case "warning":
				return this.#observers.tell({ kind: "warning", text: result.text });
			case "power-down":
				this.#observers.tell({ kind: "warning", text: result.text });
				this.#power.heard = false;
				return this.onRestart();
			case "stray":
				return this.#observers.tell({ kind: "unexplained", line: result.line });
		}
	}

	private onBearerLost(): void {
		if (undefined !== this.#bearer.address)
			this.#recovery.onFailure("bearer", new ModemError("BEARER_LOST", ""), this.clock.nowMs());
		this.#bearer.onLost("BEARER_LOST");
		this.loseConnections(new ModemError("BEARER_LOST", "the network took the bearer away"));
	}

	/** The modem is as after power-on, or is off: nothing that was set up holds. */
	private onRestart(): void {
		const error = new ModemError("MODEM_RESTARTED", "the modem restarted or switched itself off: check its supply");
		this.#isOn = false;
		this.#script.end(error);
		this.#registration.forget();
		this.#bearer.onLost("MODEM_RESTARTED");
		this.loseConnections(error);
		this.#observers.tellWatchers();
	}

	/** A client has come to the modem's server, and has taken a slot, whatever was thought to be there. */
	private onClient(slot: number | undefined, address: string): void {
		this.#connections.get(slot)?.onLost(new ModemError("CONNECTION_LOST", "the modem gave the slot to a client of its server"));
		const peer: Peer = { protocol: "TCP", host: address, port: 0 };
		const accept = (events: ConnectionEvents) => new Connection(this.#connectionOptions, slot, peer, events, "server");
		if (!this.#server.onClient(address, accept)) void accept(NOBODY).close();
	}

	private loseConnections(error: ModemError): void {
		this.#server.onLost(error);
		this.#dns.onLost(error);
		for (const connection of [...this.#connections.values()]) connection.onLost(error);
	}
}

function codeOf(error: unknown): ModemErrorCode | undefined {
	return error instanceof ModemError ? error.code : undefined;
}
