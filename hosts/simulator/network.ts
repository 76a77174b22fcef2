/* The virtual modem's Internet: the sockets of the machine that the simulator runs on, by Moddable's ECMA-419 classes. */
import Listener from "embedded:io/socket/listener";
import type { Clock } from "../../modules/core/clock.js";
import type { ListenerCallbacks, Network, NetworkListener, Peer, PeerCallbacks } from "../../modules/virtual/network.js";
import { TcpPeer } from "./tcp.js";
import { UdpPeer } from "./udp.js";

export class SocketNetwork implements Network {
	readonly #clock: Clock;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	connect(options: Parameters<Network["connect"]>[0], callbacks: PeerCallbacks): Peer {
		const { protocol, host, port, localPort } = options;
		if ("TCP" === protocol) {
			const peer = new TcpPeer(this.#clock, callbacks);
			this.#open(host, peer, address => peer.open({ address, port }));
			return peer;
		}
		const peer = new UdpPeer(this.#clock, callbacks);
		this.#open(host, peer, address => peer.open(address, port, localPort));
		return peer;
	}

	#open(host: string, peer: TcpPeer | UdpPeer, open: (address: string) => void): void {
		this.resolve(host, ([address]) => {
			try {
				if (undefined === address) peer.fail("dns");
				else open(address);
			} catch {
				peer.fail("unreachable"); // no socket to be had, or the local port is taken
			}
		});
	}

	listen(options: { port: number }, callbacks: ListenerCallbacks): NetworkListener {
		return new SocketListener(this.#clock, options.port, callbacks);
	}

	resolve(host: string, onDone: (addresses: readonly string[]) => void): void {
		const known = isDotted(host) ? host : LOCAL_NAMES[host.toLowerCase()];
		if (known) this.#clock.setTimer(() => onDone([known]), 0);
		else System.resolve(host, (_name, address) => onDone(address ? [address] : []));
	}
}

/** Not asked of the resolver: it would give the IPv6 address, which the sockets don't take. */
const LOCAL_NAMES: Readonly<Record<string, string>> = { localhost: "127.0.0.1" };

/** A TCP server; port 0: any that is free. */
export class SocketListener implements NetworkListener {
	readonly #listener: Listener | undefined;

	constructor(clock: Clock, port: number, callbacks: ListenerCallbacks) {
		try {
			this.#listener = new Listener({
				port,
				onReadable(requests) {
					for (; requests > 0; requests--) accept(clock, this, callbacks);
				},
			});
		} catch {
			// The port is taken. On Linux the SDK (8.2.3) does not survive its own exception; elsewhere it is this.
			clock.setTimer(() => callbacks.onFailure("refused"), 0);
		}
	}

	/** 0: it does not listen. */
	get port(): number {
		return this.#listener?.port ?? 0;
	}

	close(): void {
		(this.#listener as { close(): void } | undefined)?.close(); // the SDK's typings forget it
	}
}

function accept(clock: Clock, listener: Listener, callbacks: ListenerCallbacks): void {
	const from = listener.read();
	if (!from) return;
	const peer = new TcpPeer(clock);
	const client = callbacks.onAccept(peer, from.remoteAddress ?? "", from.remotePort ?? 0);
	if (!client) {
		from.close();
		return;
	}
	peer.attach(client);
	peer.open({ from });
}

function isDotted(host: string): boolean {
	const parts = host.split(".");
	return 4 === parts.length && parts.every(part => String(Number(part)) === part && Number(part) <= 255);
}
