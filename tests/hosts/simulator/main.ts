/*
 * The simulator's network, tested where it lives: built by mcconfig and run in the simulator by moddable.test.ts, which
 * reads "ok" and "not ok" from the console.
 */
import { createClock } from "../../../hosts/moddable/clock.js";
import { SocketListener, SocketNetwork } from "../../../hosts/simulator/network.js";
import type { Peer } from "../../../modules/virtual/network.js";
import { check, End, isPattern, Patience, pattern } from "./ends.js";

const LOOPBACK = "127.0.0.1";
/** More than what the SDK's socket and ours hold together. */
const MANY_BYTES = 20_000;

const clock = createClock();
const network = new SocketNetwork(clock);
const patience = new Patience(clock);

interface Pair {
	readonly client: End;
	readonly server: End;
	readonly listener: SocketListener;
}

function call(port: number, host = LOOPBACK): End {
	const end = new End();
	end.peer = network.connect({ protocol: "TCP", host, port }, end);
	check("nothing is called back before connect has returned", "" === end.history);
	return end;
}

/** A client and a server that are connected to each other. */
async function connected(): Promise<Pair> {
	const server = new End();
	const listener = new SocketListener(clock, 0, {
		onAccept(peer: Peer) {
			server.peer = peer;
			return server;
		},
		onFailure() {},
	});
	const client = call(listener.port);
	await patience.until("both ends are there", () => "C" === client.history && undefined !== server.peer);
	check("the client knows the server's address", LOOPBACK === client.address);
	return { client, server, listener };
}

function hangUp({ client, server, listener }: Pair): void {
	client.peer?.close();
	server.peer?.close();
	listener.close();
}

const tests: Record<string, () => Promise<void>> = {
	async "TCP carries bytes in order, both ways, and says that they were taken"() {
		const pair = await connected();
		pair.client.peer?.send(pattern(MANY_BYTES));
		pair.server.peer?.send(pattern(MANY_BYTES));
		await patience.until("all has arrived", () => pair.client.received.length + pair.server.received.length >= 2 * MANY_BYTES);
		check("the server got what was sent", isPattern(pair.server.received, MANY_BYTES));
		check("the client got what was sent", isPattern(pair.client.received, MANY_BYTES));
		await patience.until("all is acknowledged", () => MANY_BYTES === pair.client.acknowledged);
		hangUp(pair);
	},

	async "a paused connection gives no data, and all of it afterwards"() {
		const pair = await connected();
		pair.client.peer?.pause();
		pair.server.peer?.send(pattern(MANY_BYTES));
		const other = await connected();
		other.server.peer?.send(pattern(MANY_BYTES));
		await patience.until("what was sent later, to another, has arrived", () => other.client.received.length >= MANY_BYTES);
		hangUp(other);
		check("nothing comes while paused", 0 === pair.client.received.length);
		pair.client.peer?.resume();
		check("nothing is called back before resume has returned", 0 === pair.client.received.length);
		await patience.until("all has arrived", () => pair.client.received.length >= MANY_BYTES);
		check("nothing is lost", isPattern(pair.client.received, MANY_BYTES));
		hangUp(pair);
	},

	async "what was sent before close arrives, then the end, and the closed side hears nothing more"() {
		const pair = await connected();
		pair.server.peer?.send(pattern(MANY_BYTES));
		pair.server.peer?.close();
		pair.client.peer?.send(pattern(10));
		await patience.until("the client has seen the end", () => pair.client.ended);
		check("data first, then the end", "CDE" === pair.client.history);
		check("all of the data", isPattern(pair.client.received, MANY_BYTES));
		check("nothing on the closed side", "" === pair.server.history);
		hangUp(pair);
	},

	async "a port where nobody listens refuses"() {
		const pair = await connected();
		const { port } = pair.listener;
		hangUp(pair);
		const end = call(port);
		await patience.until("it has failed", () => undefined !== end.failure);
		check("refused, once", "refused" === end.failure && "F" === end.history);
	},

	async "a name that does not exist fails by dns, localhost is known"() {
		const lost = call(7, "no-such-name.invalid");
		await patience.until("it has failed", () => undefined !== lost.failure);
		check("dns", "dns" === lost.failure);
		let addresses: readonly string[] = [];
		network.resolve("LocalHost", found => {
			addresses = found;
		});
		await patience.until("it is resolved", () => addresses.length > 0);
		check("loopback", LOOPBACK === addresses[0]);
	},

	async "a connection closed at once never calls back"() {
		const end = call(1);
		end.peer?.close();
		end.peer?.close();
		const named = call(7, "no-such-name.invalid");
		named.peer?.close();
		const later = [call(1), call(7, "no-such-name.invalid")];
		await patience.until("those behind them have failed", () => later.every(({ failure }) => undefined !== failure));
		check("silence", "" === end.history && "" === named.history);
	},

	async "a client that is not wanted is hung up on"() {
		const listener = new SocketListener(clock, 0, { onAccept: () => undefined, onFailure() {} });
		const end = call(listener.port);
		await patience.until("it has ended", () => end.ended || undefined !== end.failure);
		listener.close();
	},

	async "UDP carries datagrams whole, and only those of the peer"() {
		const left = new End();
		const right = new End();
		const stranger = new End();
		const [leftPort, rightPort] = [40_000 + (Date.now() % 10_000), 50_000 + (Date.now() % 10_000)];
		left.peer = network.connect({ protocol: "UDP", host: LOOPBACK, port: rightPort, localPort: leftPort }, left);
		right.peer = network.connect({ protocol: "UDP", host: LOOPBACK, port: leftPort, localPort: rightPort }, right);
		stranger.peer = network.connect({ protocol: "UDP", host: LOOPBACK, port: rightPort }, stranger);
		check("nothing is called back before connect has returned", "" === left.history + right.history + stranger.history);
		await patience.until("all are open", () => "CCC" === left.history + right.history + stranger.history);
		stranger.peer.send(pattern(3));
		left.peer.send(pattern(700));
		right.peer.send(pattern(200));
		await patience.until("both have arrived", () => left.received.length + right.received.length >= 900);
		check("right got left's", isPattern(right.received, 700));
		check("left got right's", isPattern(left.received, 200));
		for (const end of [left, right, stranger]) end.peer?.close();
	},
};

async function run(): Promise<void> {
	for (const name of Object.keys(tests)) {
		try {
			await tests[name]?.();
			trace(`ok ${name}\n`);
		} catch (error) {
			trace(`not ok ${name}: ${error}\n`);
		}
	}
	trace("all done\n");
}

export default function main(): void {
	run().catch(error => trace(`not ok: ${error}\n`));
}
