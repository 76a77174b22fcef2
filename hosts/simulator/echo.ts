/* A TCP server inside the simulator that sends back what it gets, so that the firmware has a peer when none is configured. */
import type { Clock } from "../../modules/core/clock.js";
import type { NetworkFailure, Peer, PeerCallbacks } from "../../modules/virtual/network.js";
import { printable } from "../report.js";
import { SocketListener } from "./network.js";

/** Listens on a port that is free; `log` gets a line for each piece that arrives. */
export function startEchoServer(clock: Clock, log: (line: string) => void): SocketListener {
	return new SocketListener(clock, 0, {
		onAccept: peer => echo(peer, log),
		onFailure: (reason: NetworkFailure) => log(`echo server: ${reason}`),
	});
}

function echo(peer: Peer, log: (line: string) => void): PeerCallbacks {
	return {
		onConnect() {},
		onData(bytes) {
			let text = "";
			for (const byte of bytes) text += String.fromCharCode(byte);
			log(`echo server: ${bytes.length} bytes arrived: "${printable(text)}"`);
			peer.send(bytes);
		},
		onAcknowledged() {},
		onEnd: () => peer.close(),
		onFailure: () => peer.close(),
	};
}
