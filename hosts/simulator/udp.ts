/* A UDP socket of the machine that the simulator runs on, bound to one peer as the virtual modem's are. */
import UDP from "embedded:io/socket/udp";
import type { Clock } from "../../modules/core/clock.js";
import type { NetworkFailure, Peer, PeerCallbacks } from "../../modules/virtual/network.js";

export class UdpPeer implements Peer {
	readonly #clock: Clock;
	#callbacks: PeerCallbacks | undefined;
	#socket: UDP | undefined;
	#address = "";
	#port = 0;

	constructor(clock: Clock, callbacks: PeerCallbacks) {
		this.#clock = clock;
		this.#callbacks = callbacks;
	}

	open(address: string, port: number, localPort: number | undefined): void {
		if (!this.#callbacks) return;
		this.#address = address;
		this.#port = port;
		this.#socket = new UDP({ ...(localPort ? { port: localPort } : {}), onReadable: () => this.#onReadable() });
		this.#callbacks.onConnect(address);
	}

	send(bytes: Uint8Array): void {
		try {
			this.#socket?.write(bytes.slice().buffer, this.#address, this.#port);
		} catch {
			this.#clock.setTimer(() => this.fail("unreachable"), 0);
		}
	}

	/** A datagram is taken or lost: there is no window to close. */
	pause(): void {}

	resume(): void {}

	close(): void {
		this.#callbacks = undefined;
		this.#clock.setTimer(() => this.#closeSocket(), 0); // not from inside the socket's own callback
	}

	#closeSocket(): void {
		(this.#socket as { close(): void } | undefined)?.close(); // the SDK's typings forget it
		this.#socket = undefined;
	}

	#onReadable(): void {
		for (let packet = this.#socket?.read(); packet; packet = this.#socket?.read()) {
			if (packet.address === this.#address && packet.port === this.#port) this.#callbacks?.onData(new Uint8Array(packet));
		}
	}

	/** Nothing comes after it; `onFailure` only if nobody has closed before. */
	fail(reason: NetworkFailure): void {
		const callbacks = this.#callbacks;
		this.close();
		callbacks?.onFailure(reason);
	}
}
