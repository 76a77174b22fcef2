/*
 * The modem: power, SIM, registration, bearer and connections behind three calls, `up`, `open` and `down`.
 *
 * `up` does what is missing and nothing else, so it can be called before every use: what unsolicited results have taken
 * away (a restart, a lost bearer) is built up again by the next call. Nothing of it blocks, and every wait has an end.
 */

import { AtClient } from "../at/client.js";
import { quotedHost, wholeNumber } from "../at/quote.js";
import { withoutText } from "../at/redact.js";
import type { Clock } from "../core/clock.js";
import { ModemError } from "../core/errors.js";
import { Waits } from "../core/waits.js";
import { Bearer } from "./bearer.js";
import { BringUp, requester } from "./bring-up.js";
import type { ModemEvent } from "./events.js";
import { type Identity, readIdentity } from "./identity.js";
import { Observers } from "./observers.js";
import { LEAST_PIECE_BYTES, limitsOf, type ModemOptions, recoveryOptionsOf } from "./options.js";
import { Power } from "./power.js";
import { Probe } from "./probe.js";
import { type Next, Recovery, type SocketEvent } from "./recovery.js";
import { Registration } from "./registration.js";
import { Script } from "./script.js";
import { Sim } from "./sim.js";
import { AsyncConnection } from "./sockets/async-connection.js";
import { Connection, type ConnectionEvents, type ConnectionOptions, type Peer } from "./sockets/connection.js";
import { Dns } from "./sockets/dns.js";
import { Server, type ServerEvents } from "./sockets/server.js";
import { Slots } from "./sockets/slots.js";
import type { ModemState } from "./state.js";
import { UrcRouter } from "./urc-router.js";
import { restarted, Verifier } from "./verify.js";

export type { ModemOptions } from "./options.js";

/** Connections at once. TCPIP Application Note 3.1; SIM800 Series AT Command Manual 8.2.2 */
const SIM900_SLOTS = 8;
const SIM800_SLOTS = 6;

/** A serial buffer that holds a long answer, a long URC and a short one. */
const ROOMY_BYTES = 256;

/** For a client of the server that nobody takes. */
const NOBODY: ConnectionEvents = Object.freeze({ onOpen() {}, onProgress() {}, onEnd() {} });

export class Modem {
	readonly #options: ModemOptions;
	readonly #waits: Waits;
	readonly #client: AtClient;
	readonly #observers: Observers;
	readonly #power: Power;
	readonly #registration: Registration;
	readonly #bearer: Bearer;
	readonly #recovery: Recovery;
	readonly #bringUp: BringUp;
	readonly #verifier: Verifier;
	readonly #router: UrcRouter;
	readonly #dns: Dns;
	readonly #server: Server;
	readonly #slots: Slots;
	readonly #connectionOptions: ConnectionOptions;
	#wanted: boolean | undefined;

	/** @throws {TypeError | RangeError} options that can't be used: nothing has been opened then */
	constructor(options: ModemOptions) {
		const { apn, clock, password = "", pin, powerKey, serial, status, user = "" } = options;
		const { pieceBytes, pressMs, receiveBytes, registrationTimeoutMs, sendBytes } = limitsOf(options);
		const slots = new Slots(!!options.multiplex, SIM900_SLOTS);
		this.#slots = slots;
		const waits = new Waits(clock);
		const observers = new Observers(options);
		const onEvent = (event: ModemEvent) => observers.tell(event);
		this.#options = options;
		this.#waits = waits;
		this.#observers = observers;
		const client = new AtClient({
			clock,
			serial,
			onUrc: result => this.#router.route(result),
			onPushedData: (slot, bytes) => slots.get(slot)?.input.onPushed(bytes),
			onPushedEnd: (slot, whole) => slots.get(slot)?.input.onPushedEnd(whole),
			onSilence: () =>
				this.#bringUp.reset(new ModemError("NO_MODEM", "the modem has stopped answering: check its power and wiring")),
			onRestart: () => this.#bringUp.reset(restarted()),
			onMissed: () => void this.verify(),
			onFull: () => {
				for (const connection of slots.all()) this.#bearer.pushes ? connection.onOverrun() : connection.onMissed();
			},
			onUnexplained: line => onEvent({ kind: "unexplained", line: this.#bearer.pushes ? withoutText(line) : line }),
			onTrace: (direction, line) => {
				if ("<" === direction) this.#power.heard = true;
				observers.tellTrace(direction, line);
			},
		});
		this.#client = client;
		const script = new Script(client, waits);
		const probe = new Probe({ client, waits, baud: serial.baud });
		try {
			this.#power = new Power({ clock, waits, client, probe, powerKey, pressMs, status, onEvent });
		} catch (error) {
			client.close();
			throw error;
		}
		const recovery = new Recovery(recoveryOptionsOf(options));
		this.#recovery = recovery;
		const request = requester(recovery, clock);
		const bearer = new Bearer({ script, apn, user, password, multiplex: !!options.multiplex, serial, request, onEvent });
		this.#bearer = bearer;
		const sim = new Sim({ clock, script, onEvent, pin, memory: options.pinMemory });
		this.#registration = new Registration({ clock, script, request, onEvent, timeoutMs: registrationTimeoutMs });
		const parts = { clock, waits, client, script, recovery, power: this.#power, sim, registration: this.#registration, bearer };
		this.#bringUp = new BringUp({
			...parts,
			onEvent,
			onLost: error => this.loseConnections(error),
			onState: () => observers.tellWatchers(),
		});
		this.#verifier = new Verifier({ ...parts, bringUp: this.#bringUp });
		const verifyBearer = () => this.#verifier.verifyBearer();
		const dns = new Dns({ clock, waits, client, verifyBearer });
		this.#dns = dns;
		this.#server = new Server(client, slots);
		this.#router = new UrcRouter({
			...parts,
			bringUp: this.#bringUp,
			verifier: this.#verifier,
			observers,
			dns,
			slots,
			onClient: (slot, address) => this.onClient(slot, address),
		});
		this.#connectionOptions = {
			clock,
			client,
			waits,
			bearer,
			slots,
			receiverOf: slot => slots.get(slot)?.input,
			verifyBearer,
			report: event => this.onReport(event),
			get longUrc() {
				return serial.receiveBuffer < ROOMY_BYTES ? dns.result : undefined;
			},
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

	/** Where bring-up is, since when and why. */
	get state(): ModemState {
		return this.#bringUp.state;
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
		await this.#verifier.verifyBearer();
		const identity = await readIdentity(this.#client, known);
		if (undefined !== identity.imei) this.#recovery.identify(identity.imei, this.clock.nowMs());
		return identity;
	}

	/** Calls back when `address` or `registration` may have changed, until what this gives is called. */
	watch(onChanged: () => void): () => void {
		return this.#observers.watch(onChanged);
	}

	/**
	 * Resolves when connections can be opened. Calls while one is under way share it.
	 *
	 * @throws {ModemError} BACKOFF, or with the code of the step that failed
	 */
	up(): Promise<void> {
		return this.#bringUp.up();
	}

	/** What `up` would do next, and how long until it may. */
	get next(): Next {
		return this.#recovery.next(this.clock.nowMs());
	}

	/** Ends every connection and the bearer, with BEARER_DOWN; the modem stays on and registered. @throws {ModemError} TIMEOUT... */
	down(): Promise<void> {
		return this.#bringUp.down();
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
	 * @throws {ModemError} NO_SLOT, BEARER_DOWN  @throws {RangeError} a peer that can't be sent to
	 */
	connect(peer: Peer, events: ConnectionEvents): Connection {
		this.check(peer);
		if (undefined === this.#bearer.address) throw bearerDown();
		const next = this.nextSlot();
		return new Connection(this.#connectionOptions, next.slot, peer, events, next instanceof Connection ? next : undefined);
	}

	/**
	 * Listens on `port` until what this gives is called. The bearer must be up.
	 *
	 * @throws {ModemError} LISTENING, BEARER_DOWN  @throws {RangeError} no port
	 */
	listen(port: number, events: ServerEvents): () => void {
		if (undefined === this.#bearer.address) throw bearerDown();
		return this.#server.listen(port, events);
	}

	/**
	 * The address of a name; what is known is kept for a while. The bearer must be up.
	 *
	 * @throws {TypeError | RangeError} no host name
	 */
	resolve(host: string): Promise<string> {
		quotedHost("host", host);
		if (undefined === this.#bearer.address) return Promise.reject(bearerDown());
		return this.#dns.resolve(host);
	}

	/** Everything that waits is rejected with CLOSED; no timer, callback or open port is left. May be called twice. */
	close(): void {
		this.#waits.close();
		this.#client.close();
		this.#power.close();
		this.#bringUp.close();
		this.loseConnections(new ModemError("CLOSED", "the driver was closed"));
		this.#observers.tellWatchers();
	}

	/** @throws {ModemError} NO_SLOT, BEARER_LOST */
	private nextSlot(): { readonly slot: number | undefined } | Connection {
		this.#slots.size = this.#bringUp.model.startsWith("SIM8") ? SIM800_SLOTS : SIM900_SLOTS;
		try {
			return this.#slots.next(this.#server.isListening);
		} catch (error) {
			for (const connection of this.#slots.all()) if (connection.isStuck) throw this.giveUpBearer();
			throw error;
		}
	}

	/** The modem does not close what it should: the next `up` starts from AT+CIPSHUT, which closes everything. */
	private giveUpBearer(): ModemError {
		const error = new ModemError("BEARER_LOST", "the modem does not close a connection: the bearer is built up anew");
		this.#bringUp.onBearerLost(error);
		return error;
	}

	/** How connections fare decides whether the bearer is still worth keeping. */
	private onReport(event: SocketEvent): void {
		this.#recovery.onSocket(event, this.clock.nowMs());
		const { rung, waitMs, why } = this.next;
		if ("up" !== this.state.kind || "socket" === rung || waitMs > 0) return;
		this.#bringUp.onBearerLost(new ModemError("BEARER_LOST", `${why}: the bearer is built up anew`));
	}

	/** Unsolicited results may have been lost. */
	private async verify(): Promise<void> {
		await this.#verifier.verify();
		for (const connection of this.#slots.all()) connection.onMissed();
	}

	/** A client has come to the modem's server, and has taken a slot, whatever was thought to be there. */
	private onClient(slot: number | undefined, address: string): void {
		this.#slots.get(slot)?.onLost(new ModemError("CONNECTION_LOST", "the modem gave the slot to a client of its server"));
		const peer: Peer = { protocol: "TCP", host: address, port: 0 };
		const accept = (events: ConnectionEvents) => new Connection(this.#connectionOptions, slot, peer, events, "server");
		if (!this.#server.onClient(address, accept)) void accept(NOBODY).close();
	}

	private loseConnections(error: ModemError): void {
		this.#server.onLost(error);
		this.#dns.onLost(error);
		for (const connection of this.#slots.all()) connection.onLost(error);
	}
}

function bearerDown(): ModemError {
	return new ModemError("BEARER_DOWN", "the bearer is down: call up() first");
}
