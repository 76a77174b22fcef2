/*
 * The SDK's own tests of sockets, as they are, on our classes over the virtual modem: run by sockets.slow.ts, which reads "ok" and
 * "not ok" from the console.
 *
 * Each runs in a compartment, in which the names that it imports mean our classes; the virtual modem's network, outside,
 * goes on with the native ones.
 */
import { provide, provided } from "hosts/network/device";
import config from "mc/config";
import Timer from "timer";
import type { Modem } from "uplink/modem/modem";
import type { SocketLink } from "uplink/socket/link";
import { Listener, type ListenerLink } from "uplink/socket/listener";
import { Resolver, type ResolverLink } from "uplink/socket/resolver";
import { TCP } from "uplink/socket/tcp";
import { UDP } from "uplink/socket/udp";
import { assert } from "./assert.js";
import { HostBuffer, HostObject, HostObjectChunk } from "./host-objects.js";

interface Network {
	readonly interface: { readonly cellular: { readonly link: Modem } };
}

declare class Compartment {
	constructor(options: {
		globals: object;
		loadHook(specifier: string): Promise<object>;
		resolveHook(specifier: string): string;
	});
	import(specifier: string): Promise<object>;
}

/** For a test that sets no limit itself; theirs are five seconds. */
const LIMIT_MS = 15_000;

/** From there on the ports are dynamic. RFC 6335, 6 */
const FIRST_DYNAMIC_PORT = 49_152;
/** Leads to one of the computer's that is free. */
const FREE_PORT = 8080;

const { cellular } = provided<Network>().interface!;
const modem = cellular.link;

/** What the tests import. */
const MODULES: Readonly<Record<string, object>> = {
	"embedded:io/socket/tcp": { default: TCP },
	"embedded:io/socket/udp": { default: UDP },
	"embedded:io/socket/listener": { default: Listener },
	timer: { default: Timer },
};

/** A dynamic port, which a listener chooses by itself, is free on the modem, but perhaps not on the computer. */
const dynamicTo8080 = (port: number) => (port < FIRST_DYNAMIC_PORT ? port : FREE_PORT);

const link: SocketLink & ListenerLink & ResolverLink = {
	clock: modem.clock,
	check: peer => modem.check(peer),
	connect: (peer, events) => modem.connect("TCP" === peer.protocol ? { ...peer, port: dynamicTo8080(peer.port) } : peer, events),
	listen: (port, events) => modem.listen(dynamicTo8080(port), events),
	resolve: host => modem.resolve(host),
};

type Done = (error?: unknown) => void;

/** What the SDK's harness gives its tests. */
function globalsFor($DONE: Done): object {
	return {
		$DONE,
		$DO:
			(call: (...parameters: unknown[]) => void) =>
			(...parameters: unknown[]) => {
				try {
					call(...parameters);
					$DONE();
				} catch (error) {
					$DONE(error);
				}
			},
		$NETWORK: { connected: Promise.resolve(), resolve },
		$TESTMC: {
			timeout: (ms: number, message = "timeout") => Timer.set(() => $DONE(message), ms),
			HostObject,
			HostObjectChunk,
			HostBuffer,
		},
		assert,
		trace: () => {},
	};
}

function resolve(host: string): Promise<string> {
	return new Promise((onResolved, onError) =>
		new Resolver({}).resolve({
			host,
			onResolved: (_host, address) => onResolved(address),
			onError: (_host, error) => onError(error),
		}),
	);
}

/** Resolves when the test is done; rejects with what it found wrong. */
function run(name: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const done: Done = error => (undefined === error ? resolve() : reject(error));
		const test = new Compartment({
			globals: globalsFor(done),
			// Not by a table of modules: the SDK (8.2.3) does not go on to run a module whose imports are all in one.
			loadHook: async specifier => (specifier === name ? { source: `sdk/${name}` } : { namespace: MODULES[specifier] }),
			resolveHook: specifier => specifier,
		});
		test.import(name).catch(error => done(error ?? "rejected"));
		Timer.set(() => done(`not done after ${LIMIT_MS} ms`), LIMIT_MS);
	});
}

async function runAll(names: readonly string[]): Promise<void> {
	for (const name of names) {
		try {
			await run(name);
			trace(`ok ${name}\n`);
		} catch (error) {
			trace(`not ok ${name}: ${error}\n`);
		}
		await modem.down(); // whatever the test has left open ends
		await modem.up();
	}
}

export default function main(): void {
	const names = String(config["tests"]).split(",");
	provide({ interface: { cellular: { ...cellular, link } } });
	runAll(names)
		.catch(error => trace(`not ok: ${error}\n`))
		.finally(() => trace("all done\n"));
}
