/* This machine's network with datagram sockets that hear anybody, as the LTE modems have them. */
import { createSocket } from "node:dgram";
import type { DatagramCallbacks, DatagramPeer } from "../../../modules/virtual/network.js";
import { NodeNetwork } from "../network.js";

export class ModemNetwork extends NodeNetwork {
	bind({ port }: { port: number }, callbacks: DatagramCallbacks): DatagramPeer {
		const socket = createSocket("udp4");
		let open = true;
		socket.on("error", () => {
			if (open) callbacks.onFailure("refused");
		});
		socket.on("message", (bytes, from) => {
			if (open) callbacks.onData(new Uint8Array(bytes), from.address, from.port);
		});
		socket.bind(port);
		return {
			send: (bytes, host, to) => socket.send(bytes.slice(), to, host, () => {}), // nobody hears of a lost datagram
			close: () => {
				if (open) socket.close();
				open = false;
			},
		};
	}
}
