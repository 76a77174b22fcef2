/* TCP sockets by events under a network interface that keeps the bearer up, addresses by a resolver. */
import type { ModemError } from "../../../modules/core/errors.js";
import { Cellular } from "../../../modules/socket/cellular.js";
import { Resolver } from "../../../modules/socket/resolver.js";
import { TCP } from "../../../modules/socket/tcp.js";
import type { Stage } from "../stage.js";
import type { Conversation } from "../witness.js";
import { Cycles } from "./scenario.js";

const ANSWER_TIMEOUT_MS = 30_000;
const CONNECTED = 500;

/** Ends with what `start` calls it to, or after `limitMs`. */
export function within<T>(stage: Stage, limitMs: number, late: T, start: (end: (value: T) => void) => void): Promise<T> {
	return new Promise(resolve => {
		const timer = stage.clock.setTimer(() => resolve(late), limitMs);
		start(value => {
			stage.clock.clearTimer(timer);
			resolve(value);
		});
	});
}

/** Brings the bearer up, and again whenever it is lost. */
export function keepUp(stage: Stage): Cellular {
	const cellular = new Cellular({
		link: stage.modem,
		onChanged(property) {
			stage.witness.note(`${property} is ${this[property]}`);
		},
		onError: (error, forMs) => stage.witness.note(`cellular: ${error.code}, again in ${forMs} ms`),
	});
	cellular.connect();
	return cellular;
}

export abstract class SocketCycles extends Cycles {
	protected readonly cellular: Cellular;

	constructor(stage: Stage) {
		super(stage);
		this.cellular = keepUp(stage);
	}

	protected async cycle(cycle: number): Promise<boolean> {
		for (let tries = 0; CONNECTED !== this.cellular.connection && tries < 60; tries++) await this.stage.sleep(1_000);
		if (CONNECTED !== this.cellular.connection) return false;
		return this.exchange(cycle);
	}

	protected abstract exchange(cycle: number): Promise<boolean>;

	/** One message over a socket of its own, and its answer. `ends`: the peer closes. */
	protected async talk(conversation: Conversation, peer: { address: string; port: number }, ends: boolean): Promise<boolean> {
		let socket: TCP | undefined;
		try {
			return await within(this.stage, ANSWER_TIMEOUT_MS, false, end => {
				socket = openSocket(this.stage, conversation, peer, ends, end);
			});
		} catch (error) {
			this.stage.witness.failed(conversation, this.stage.codeOf(error));
			return false;
		} finally {
			socket?.close();
		}
	}
}

function openSocket(
	stage: Stage,
	conversation: Conversation,
	peer: { address: string; port: number },
	ends: boolean,
	end: (good: boolean) => void,
): TCP {
	const [round] = conversation.rounds;
	let written = false;
	return new TCP({
		link: stage.modem,
		...peer,
		onWritable(bytes) {
			if (written || bytes < round!.message.length) return;
			written = true;
			this.write(Uint8Array.from(round!.message, character => character.charCodeAt(0)));
		},
		onReadable() {
			stage.witness.heard(conversation, 0, String.fromCharCode(...new Uint8Array(this.read() as ArrayBuffer)));
			if (!ends && round!.heard.length >= round!.answer.length) end(true);
		},
		onError(error: ModemError | undefined) {
			if (error) stage.witness.failed(conversation, error.code);
			else stage.witness.endedInOrder(conversation);
			end(ends && undefined === error && round!.heard === round!.answer);
		},
	});
}

/** A new name each time: what is known is not asked for again. */
export class Names extends SocketCycles {
	readonly #port = 7_000;

	protected async exchange(cycle: number): Promise<boolean> {
		const host = `host${cycle}.example`;
		const expected = `198.51.100.${10 + (cycle % 200)}`;
		const { network, witness } = this.stage;
		if (!network.names.has(host)) {
			network.names.set(host, [expected]);
			this.stage.server(`${expected}:${this.#port}`, { ends: 0 === cycle % 2 });
		}
		const resolver = new Resolver({ link: this.stage.modem });
		const address = await within<string | undefined>(this.stage, 60_000, undefined, end =>
			resolver.resolve({
				host,
				onResolved: (_host, found) => end(found),
				onError: (_host, error) => {
					witness.note(`${host}: ${this.stage.codeOf(error)}`);
					end(undefined);
				},
			}),
		).catch(error => void witness.note(`${host}: ${this.stage.codeOf(error)}`));
		resolver.close();
		if (undefined === address) return false;
		if (address !== expected) witness.report("received", `${host} was resolved to ${address}, which is ${expected}`);
		return this.talk(witness.begin(`${cycle}`), { address, port: this.#port }, 0 === cycle % 2);
	}
}

/** Two sockets at once; one peer closes, one stays. */
export class Sockets extends SocketCycles {
	constructor(stage: Stage) {
		super(stage);
		stage.server("192.0.2.1:1000", { ends: false });
		stage.server("192.0.2.2:2000", { ends: true });
	}

	protected async exchange(cycle: number): Promise<boolean> {
		const { witness } = this.stage;
		const both = await Promise.all([
			this.talk(witness.begin(`0.${cycle}`), { address: "192.0.2.1", port: 1_000 }, false),
			this.talk(witness.begin(`1.${cycle}`), { address: "192.0.2.2", port: 2_000 }, true),
		]);
		return both.every(good => good);
	}
}
