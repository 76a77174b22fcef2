/* The wire between a virtual modem and the driver, with scissors and glue. */
import { bytesOf, textOf } from "./line.js";
import type { World } from "./world.js";

/** Whatever the driver sends goes through `change` on its way to the modem, write by write. */
export function changeSent(world: World, change: (text: string) => string): void {
	const { modem } = world.board;
	const receive = modem.receive.bind(modem);
	modem.receive = bytes => receive(bytesOf(change(textOf(bytes))));
}

/** In what the modem says, puts `by` in place of `target`, `times` times. */
export function changeHeard(world: World, target: string, by: string, times = 1): void {
	const { uart } = world.board;
	const receive = uart.receive.bind(uart);
	let held = "";
	uart.receive = bytes => {
		held += textOf(bytes);
		for (let at = held.indexOf(target); at >= 0 && times > 0; at = held.indexOf(target)) {
			receive(bytesOf(held.slice(0, at) + by));
			held = held.slice(at + target.length);
			times--;
		}
		let keep = times > 0 ? Math.min(target.length - 1, held.length) : 0;
		while (keep > 0 && !target.startsWith(held.slice(held.length - keep))) keep--;
		if (held.length > keep) receive(bytesOf(held.slice(0, held.length - keep)));
		held = held.slice(held.length - keep);
	};
}
