/*
 * One connection of the modem, TCP or UDP: opened, written, read and closed by events.
 *
 * A slot is owned from AT+CIPSTART on, and free again only when the modem has said so: an ERROR may be the answer to a
 * damaged line, so a close that is refused is made sure of by another question.
 *
 * Source: SIM900 AT Command Manual 8.2.2 to 8.2.6, 8.2.12.
 */
import { type Command, Refusal } from "../../at/command.js";
import type { ConnectionResult } from "../../at/urc.js";
import { ModemError } from "../../core/errors.js";
import { isAddress } from "../../core/ip.js";
import { Timer } from "../../core/timer.js";
import type { Pause } from "../../core/waits.js";
import {
	CONNECT_TIMEOUT_MS,
	type ConnectionState,
	connect,
	connectionState,
	disconnect,
	ECHO_OFF,
	ECHO_ON,
	isOver,
} from "../commands.js";
import { Receiver, type ReceiverOptions } from "./receiver.js";
import { Sender, type SenderOptions } from "./sender.js";
import type { Slots } from "./slots.js";

export interface Peer {
	readonly protocol: "TCP" | "UDP";
	readonly host: string;
	readonly port: number;
}

/** None of them comes after `close()`, or before the call that they belong to has returned. */
export interface ConnectionEvents {
	onOpen(): void;
	/** More can be read or written than before, or something was acknowledged. */
	onProgress(): void;
	/** Nothing more comes or goes. What has been received can still be read. Undefined: the peer has closed in order. */
	onEnd(error: ModemError | undefined): void;
}

/** The same for every connection of a modem. */
export interface ConnectionOptions extends ReceiverOptions, SenderOptions {
	readonly slots: Slots;
	/** Asks whether the bearer is gone and nobody has heard of it: gives the error, which all have been told then. */
	verifyBearer(): Promise<ModemError | undefined>;
	/** Set while a long URC may come: beside it the answer to another question does not fit into a small serial buffer. */
	readonly longUrc: Promise<unknown> | undefined;
}

/** What was written before close() still goes out, for so long. */
const FLUSH_TIMEOUT_MS = 75_000;
/** A close is said so often before the slot counts as stuck. */
const CLOSE_TRIES = 3;
const CLOSE_PAUSE_MS = 1_000;
/** A stuck slot is tried again. */
const STUCK_RETRY_MS = 30_000;
/** The URC that data has come, or that the connection has ended, may be lost: without one for so long, it is asked. */
const POLL_MS = 10_000;
/** Every so many empty polls also ask for the state: at 9600 baud that costs as much as data. */
const POLLS_PER_STATE = 3;
/** A start that nobody has answered is put again so often, when the modem says that it has not begun. */
const START_TRIES = 2;

type State =
	/** The slot is still another's, who is being closed. */
	| { readonly kind: "queued"; readonly former: Connection }
	/** AT+CIPSTART is out. */
	| { readonly kind: "starting" }
	| { readonly kind: "connecting" }
	/** Connected; the modem is asked to whom. */
	| { readonly kind: "verifying"; dataReady: boolean; closed: boolean }
	| { readonly kind: "open" }
	/** The modem has ended the connection; what it holds may be read. */
	| { readonly kind: "peer-closed" }
	/** What was written goes out before the close. */
	| { readonly kind: "flushing"; readonly pause: Pause }
	| { readonly kind: "closing" }
	/** The modem does not say that it has closed the connection. */
	| { readonly kind: "stuck" }
	/** The slot is another's, or nobody's. */
	| { readonly kind: "released" };

const STARTING: State = Object.freeze({ kind: "starting" });
const CONNECTING: State = Object.freeze({ kind: "connecting" });
const OPEN: State = Object.freeze({ kind: "open" });
const RELEASED: State = Object.freeze({ kind: "released" });

export class Connection {
	private readonly options: ConnectionOptions;
	readonly slot: number | undefined;
	private readonly peer: Peer;
	private readonly events: ConnectionEvents;
	private readonly receiver: Receiver;
	private readonly sender: Sender;
	private state: State;
	/** Of the connecting, and then of the poll. */
	private readonly timer: Timer;
	private polls = 0;
	/** close() was called: nobody is called back any more. */
	private detached = false;
	private closing: Promise<void> | undefined;
	private endTold = false;
	/** The modem is being asked whether the connection still is. */
	private checking = false;
	/** What the modem holds must not go out. */
	private quick = false;
	/** Who gets the slot next. */
	private successor: Connection | undefined;

	/** `from` "server": the modem has it open already; a connection that is being closed: its slot is waited for. */
	constructor(
		options: ConnectionOptions,
		slot: number | undefined,
		peer: Peer,
		events: ConnectionEvents,
		from?: "server" | Connection,
	) {
		this.options = options;
		this.slot = slot;
		this.peer = peer;
		this.events = events;
		this.receiver = new Receiver(options, slot, this.isDatagram, this);
		this.sender = new Sender(options, slot, this.isDatagram, this);
		this.timer = new Timer(options.clock, this);
		if (from instanceof Connection) {
			this.state = { kind: "queued", former: from };
			from.successor = this;
			void from.close().then(() => this.follow());
			return;
		}
		options.slots.set(slot, this);
		this.state = STARTING;
		if ("server" === from) {
			this.state = OPEN;
			this.startPoll();
		} else void this.start(1);
	}

	/** It is being closed, and nobody waits for its slot yet. */
	get mayBeFollowed(): boolean {
		return this.detached && "stuck" !== this.state.kind && undefined === this.successor;
	}

	/** The slot is another's, or nobody's. */
	get isStale(): boolean {
		return "released" === this.state.kind;
	}

	/** The modem was asked to close it and did not say that it has. */
	get isStuck(): boolean {
		return "stuck" === this.state.kind;
	}

	/** Bytes worth reading now: none while more of the same burst is on its way and finds room. */
	get readable(): number {
		return this.receiver.readable;
	}

	/** Bytes that are here. */
	get available(): number {
		return this.receiver.length;
	}

	/** More is on its way from the modem. */
	get isAwaited(): boolean {
		return this.receiver.isAwaited;
	}

	/** Bytes that can be written now. */
	get writable(): number {
		return "open" === this.state.kind && !this.receiver.ended ? this.sender.free : 0;
	}

	/** All that was written has been acknowledged by the peer's side; of datagrams, has been handed over. */
	get isDelivered(): boolean {
		return this.sender.isDelivered;
	}

	/** Why what was written will not all arrive, when the peer has closed and there may still be something to read. */
	get remains(): ModemError | undefined {
		return this.sender.remains;
	}

	/** Bytes that the modem has taken since it was opened. */
	get accepted(): number {
		return this.sender.accepted;
	}

	/** Each write is a datagram of its own. */
	get isDatagram(): boolean {
		return "UDP" === this.peer.protocol;
	}

	/** Of modem and slots: where its data goes. */
	get input(): Receiver {
		return this.receiver;
	}

	/** At most `mostBytes` of what has come; default all of it. */
	read(mostBytes?: number): Uint8Array {
		return this.receiver.read(mostBytes);
	}

	/** The first byte of what has come, which must be more than nothing. */
	readByte(): number {
		return this.receiver.readByte();
	}

	/** Fills `target` as far as something has come; gives how much that was. */
	readInto(target: Uint8Array): number {
		return this.receiver.readInto(target);
	}

	/** Takes all of `bytes`, or none of them when they do not fit. `more`: others follow at once, wait for them. */
	write(bytes: Uint8Array, more = false): boolean {
		if (bytes.length > this.writable || !this.sender.write(bytes)) return false;
		if (!more) this.sender.flush();
		return true;
	}

	/** URCs may have been lost: asks whether data has come, or the connection has ended. */
	poll(): void {
		if ("open" !== this.state.kind || this.receiver.ended) return;
		this.receiver.onDataReady(false);
		this.polls++;
		if (0 === this.polls % POLLS_PER_STATE) void this.checkState();
	}

	/** What was written still goes out; nobody is called back. Resolves when the modem has closed it, or can't say so. */
	close(): Promise<void> {
		this.detached = true;
		this.closing ??= this.finish();
		return this.closing;
	}

	/** URCs may have been lost. */
	onMissed(): void {
		if ("open" !== this.state.kind) return;
		this.receiver.onDataReady(false);
		void this.checkState();
	}

	/** Asks whether the connection still is, when URCs may have been lost. Firmware that does not tell is taken at its silence. */
	async checkState(): Promise<void> {
		if (this.checking) return;
		this.checking = true;
		const told = await this.askState();
		this.checking = false;
		if (!told || !isOver(told.state) || !this.isLive) return;
		await this.options.verifyBearer();
		if (this.isLive) this.onClosed();
	}

	/** Of its receiver, too. Undefined: the modem does not tell. */
	async askState(): Promise<ConnectionState | undefined> {
		await this.options.longUrc;
		const told = await this.options.client.ask(connectionState(this.slot), this).catch(() => undefined);
		return told instanceof Refusal ? undefined : told;
	}

	/** CONNECT OK and the like. */
	onResult(result: ConnectionResult): void {
		const { kind } = this.state;
		switch (result) {
			case "CONNECT OK":
				if ("starting" === kind || "connecting" === kind) this.onConnected();
				return;
			case "CONNECT FAIL":
				if ("connecting" !== kind && "starting" !== kind) return;
				this.release();
				return this.failConnect("connect-failed", `${result}, check host and port, and that the server listens`);
			case "ALREADY CONNECT":
				if ("connecting" !== kind && "starting" !== kind) return;
				return this.failConnect("connect-timeout", "the modem has another connection on this slot still");
			case "CLOSE OK":
				if ("closing" === kind || "stuck" === kind)
					this.release(); // or a late one, of the slot's former owner
				else if ("open" === kind) void this.checkState();
				return;
			case "DATA ACCEPT":
			case "SEND OK":
				if ("open" === kind) this.sender.recount();
		}
	}

	/** The peer, or the network, has ended the connection. */
	onClosed(): void {
		switch (this.state.kind) {
			case "connecting":
				return this.failConnect("connect-failed", "the connection was closed at once");
			case "verifying":
				this.state.closed = true; // it was open, and what has come is to be read
				return;
			case "open":
				return this.onPeerClosed();
			case "flushing":
				return this.state.pause.resolve();
			case "stuck":
				return this.release();
		}
	}

	onDataReady(): void {
		const { kind } = this.state;
		if ("starting" === kind || "connecting" === kind) this.onConnected(); // the URC was lost: what is not open gets no data
		if ("verifying" === this.state.kind) {
			this.state.dataReady = true;
			return;
		}
		this.startPoll();
		this.receiver.onDataReady(true);
	}

	/** Pushed data may have been lost. */
	onOverrun(): void {
		if ("open" === this.state.kind) this.receiver.onOverrun();
	}

	/** The bearer is gone, the modem has restarted, or its slot was given to another. */
	onLost(error: ModemError): void {
		this.release();
		this.receiver.end(error);
	}

	/** Of its receiver and sender. */
	onProgress(): void {
		const { receiver, sender, state } = this;
		if ("flushing" === state.kind && (0 === sender.waitingBytes || receiver.ended)) state.pause.resolve();
		if ("peer-closed" === state.kind && receiver.ended && (receiver.ended.error || sender.isSettled)) this.release();
		if (this.detached) return;
		if (!receiver.ended) return this.events.onProgress();
		sender.end();
		if (this.endTold || (!receiver.ended.error && !sender.isSettled)) return;
		this.endTold = true;
		this.events.onEnd(receiver.ended.error ?? sender.remains);
	}

	/** Of its sender. */
	onFailure(error: ModemError, wrong: boolean): void {
		this.quick ||= wrong;
		this.receiver.end(error);
		if (wrong && this.isLive) void this.close();
	}

	private enter(state: State): void {
		this.timer.stop();
		this.state = state;
	}

	/** The modem has it open, as far as is known. */
	private get isLive(): boolean {
		const { kind } = this.state;
		return "open" === kind || "verifying" === kind || "flushing" === kind;
	}

	private async start(attempt: number): Promise<void> {
		const { host, port, protocol } = this.peer;
		const command = connect(this.slot, protocol, host, port, () => this.onResult("CONNECT OK"));
		try {
			const answer = await this.say(command);
			if ("starting" !== this.state.kind) return;
			if (!(answer instanceof Refusal)) return this.awaitResult();
			await this.onStartRefused(answer, attempt);
		} catch (caught) {
			const error = caught as ModemError;
			const { code } = error;
			if ("starting" !== this.state.kind) return;
			if ("TIMEOUT" !== code && "MALFORMED" !== code) return this.receiver.end(error);
			await this.onStartLost(error, attempt);
		}
	}

	/** Of several connections the modem tells afterwards whom they are with; the single one is started only by the right line. */
	private async say(command: Command): Promise<void | Refusal> {
		const { client } = this.options;
		if (undefined !== this.slot) return client.ask(command, this);
		await client.ask(ECHO_ON, this);
		try {
			return await client.ask({ ...command, echoed: true }, this);
		} finally {
			void client.ask(ECHO_OFF).catch(() => {}); // an echo that stays on does no harm
		}
	}

	private awaitResult(): void {
		this.enter(CONNECTING);
		this.timer.start(CONNECT_TIMEOUT_MS);
	}

	/** The bearer may be gone, or a byte of the line was lost. Nothing was begun in either case. */
	private async onStartRefused(refusal: Refusal, attempt: number): Promise<void> {
		const lost = await this.options.verifyBearer();
		if ("starting" !== this.state.kind) return;
		if (lost) return this.receiver.end(lost);
		const told = await this.askState();
		if ("starting" !== this.state.kind) return;
		if (attempt < START_TRIES && told && isOver(told.state)) return this.start(attempt + 1);
		if (told && isOver(told.state)) this.release();
		this.failConnect("refused", refusal.message, refusal.reason);
	}

	/** The line or its OK was lost: the modem knows whether it is connecting. */
	private async onStartLost(error: ModemError, attempt: number): Promise<void> {
		const told = await this.askState();
		if ("starting" !== this.state.kind) return;
		if (told && !isOver(told.state)) {
			if (told.state.includes("CONNECTING")) return this.awaitResult();
			return this.onConnected();
		}
		if (told && attempt < START_TRIES) return this.start(attempt + 1);
		this.options.report("connect-timeout");
		this.receiver.end(error);
	}

	private failConnect(report: "connect-failed" | "connect-timeout" | "refused", why: string, reason?: number): void {
		const { host, port } = this.peer;
		this.options.report(report);
		this.receiver.end(new ModemError("CONNECT_FAILED", `no connection to ${host}:${port}: ${why}`, reason));
	}

	/** Before any byte is given to it: a digit of its address or port may have been lost on the way to the modem. 8.2.12 */
	private onConnected(): void {
		if (undefined === this.slot) return this.onOpened();
		this.enter({ kind: "verifying", dataReady: false, closed: false });
		void this.verify(this.peer);
	}

	private async verify({ host, port }: Peer): Promise<void> {
		const told = await this.askState();
		if ("verifying" !== this.state.kind || this.receiver.ended) return;
		const wrongPort = undefined !== told?.port && port !== told.port;
		const wrongAddress = isAddress(host) && undefined !== told?.address && host !== told.address;
		if (!wrongPort && !wrongAddress) return this.onOpened();
		this.quick = true;
		this.failConnect("connect-timeout", `the modem has connected to ${told?.address}:${told?.port}, its command was damaged`);
	}

	private onOpened(): void {
		const before = "verifying" === this.state.kind ? this.state : undefined;
		this.enter(OPEN);
		this.startPoll();
		this.options.report("opened");
		if (this.detached || this.receiver.ended) return;
		this.events.onOpen();
		if (before?.dataReady) this.receiver.onDataReady(true);
		if (before?.closed) this.onClosed();
	}

	private startPoll(): void {
		if ("open" === this.state.kind) this.timer.start(POLL_MS);
	}

	/** Of its timer. */
	onTime(): void {
		if ("connecting" === this.state.kind) return void this.onConnectTimeout();
		if ("stuck" === this.state.kind) return this.retryClose();
		this.startPoll();
		this.poll();
	}

	/** The result may have been lost. */
	private async onConnectTimeout(): Promise<void> {
		const told = await this.askState();
		if ("connecting" !== this.state.kind) return;
		if (told && !isOver(told.state) && !told.state.includes("CONNECTING")) return this.onConnected();
		this.failConnect("connect-timeout", `the modem has not said within ${CONNECT_TIMEOUT_MS / 1000} s whether it is`);
	}

	private onPeerClosed(): void {
		this.enter({ kind: "peer-closed" });
		if (this.receiver.ended) this.release();
		void this.sender.settle();
		this.receiver.onClosedByPeer();
	}

	private async finish(): Promise<void> {
		const { state } = this;
		if ("queued" === state.kind) {
			if (this === state.former.successor) state.former.successor = undefined;
			this.release(); // its turn may have come already
		}
		if ("open" === state.kind && !this.receiver.ended) await this.flush();
		if (this.sender.isUnacknowledged) this.options.report("unacknowledged");
		this.sender.end();
		this.receiver.end(new ModemError("CANCELLED", "the connection was closed"));
		if ("released" === this.state.kind) return;
		this.enter({ kind: "closing" });
		await this.disconnect();
	}

	/** Until the modem has taken all that was written: its own close sends the rest. */
	private async flush(): Promise<void> {
		if (0 === this.sender.waitingBytes) return;
		const pause = this.options.waits.pause(FLUSH_TIMEOUT_MS);
		this.enter({ kind: "flushing", pause });
		this.sender.flush();
		await pause.promise.catch(() => {});
	}

	/** Until the modem has said that it is closed. Refused: it had closed already, or a byte of the line was lost. */
	private async disconnect(): Promise<void> {
		let refusals = 0;
		for (let tries = 0; tries < CLOSE_TRIES && "closing" === this.state.kind; tries++) {
			const answer = await this.options.client.ask(disconnect(this.slot, this.quick), this).catch((error: ModemError) => error);
			if ("closing" !== this.state.kind) return;
			if (true === answer) return this.release();
			if (
				answer instanceof ModemError &&
				"TIMEOUT" !== answer.code &&
				"MALFORMED" !== answer.code &&
				"CONNECTION_LOST" !== answer.code
			)
				break;
			if (answer instanceof Refusal) refusals++;
			const told = await this.askState();
			if ("closing" !== this.state.kind) return;
			if (told ? isOver(told.state) : refusals > 1) return this.release();
			await this.options.waits.pause(CLOSE_PAUSE_MS).promise.catch(() => {}); // while it is closing it refuses, too
		}
		if ("closing" !== this.state.kind) return;
		this.enter({ kind: "stuck" });
		this.timer.start(STUCK_RETRY_MS);
		this.options.report("stuck");
	}

	private retryClose(): void {
		this.enter({ kind: "closing" });
		this.closing = this.disconnect();
	}

	/** The one before has closed, or can't say so. */
	private follow(): void {
		const { bearer, slots } = this.options;
		if ("queued" !== this.state.kind) return;
		const { former } = this.state;
		former.successor = undefined;
		const owner = slots.get(this.slot);
		if (undefined === bearer.address)
			return this.receiver.end(new ModemError("BEARER_DOWN", "the bearer is down: call up() first"));
		if (owner && owner !== this)
			return this.receiver.end(new ModemError("NO_SLOT", "the modem does not say that the connection before is closed"));
		slots.set(this.slot, this);
		this.enter(STARTING);
		void this.start(1);
	}

	private release(): void {
		const { bearer, slots } = this.options;
		const { state } = this;
		if ("released" === state.kind) return;
		if ("flushing" === state.kind) state.pause.resolve();
		this.enter(RELEASED);
		slots.release(this.slot, this);
		if (this.successor && undefined !== bearer.address && !slots.get(this.slot)) slots.set(this.slot, this.successor);
	}
}
