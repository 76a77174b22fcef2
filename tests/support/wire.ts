/* The wire between a virtual modem and the driver, with scissors and glue. */
import type { VirtualBoard } from "../../modules/virtual/board.js";
import { bytesOf, textOf } from "./line.js";
import type { World } from "./world.js";

/** Hands on what has come, at once or later, as it is or changed. */
type Pass = (bytes: Uint8Array) => void;

/** `tap` gets each write of the driver's, and what hands it on to the modem. Gives what ends it. */
export function tapSent({ modem }: VirtualBoard, tap: (bytes: Uint8Array, pass: Pass) => void): () => void {
	const receive = modem.receive.bind(modem);
	modem.receive = bytes => tap(bytes, receive);
	return () => {
		modem.receive = receive;
	};
}

/** `tap` gets what arrives from the modem, batch by batch, and what hands it on to the driver's port. Gives what ends it. */
export function tapHeard({ uart }: VirtualBoard, tap: (bytes: Uint8Array, pass: Pass) => void): () => void {
	const receive = uart.receive.bind(uart);
	uart.receive = bytes => tap(bytes, receive);
	return () => {
		uart.receive = receive;
	};
}

/** Whatever the driver sends goes through `change` on its way to the modem, write by write. */
export function changeSent(world: World, change: (text: string) => string): void {
	tapSent(world.board, (bytes, pass) => pass(bytesOf(change(textOf(bytes)))));
}

/** In what the modem says, puts `by` in place of `target`, `times` times. */
export function changeHeard(world: World, target: string, by: string, times = 1): void {
	let held = "";
	tapHeard(world.board, (bytes, pass) => {
		held += textOf(bytes);
		for (let at = held.indexOf(target); at >= 0 && times > 0; at = held.indexOf(target)) {
			pass(bytesOf(held.slice(0, at) + by));
			held = held.slice(at + target.length);
			times--;
		}
		let keep = times > 0 ? Math.min(target.length - 1, held.length) : 0;
		while (keep > 0 && !target.startsWith(held.slice(held.length - keep))) keep--;
		if (held.length > keep) pass(bytesOf(held.slice(0, held.length - keep)));
		held = held.slice(held.length - keep);
	});
}
