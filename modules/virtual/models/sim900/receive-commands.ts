/* What comes from the network: AT+CIPRXGET, the headers of pushed data, and the smaller CIP settings. */
import type { Call } from "../../at/call.js";
import { answer, type Command } from "../../at/command.js";
import { bytesOf, hexOf } from "../../bytes.js";
import type { Connection } from "../../ip/connection.js";
import { ipOf } from "./ip.js";
import { flagOf, numberOf } from "./setting.js";

const READ_MAX = 1460;
const MODE = { push: 0, manual: 1, read: 2, readHex: 3, ask: 4 } as const;

function receive(call: Call): void {
	switch (call.number(0, MODE.push, MODE.ask)) {
		case MODE.push:
			return setMode(call, false);
		case MODE.manual:
			return setMode(call, true);
		case MODE.read:
			return read(call, READ_MAX, bytes => bytes);
		case MODE.readHex:
			return read(call, READ_MAX / 2, bytes => bytesOf(hexOf(bytes)));
		case MODE.ask:
			return ask(call);
		default:
			return call.fail();
	}
}

/** Has to be chosen before the first connection. */
function setMode(call: Call, manual: boolean): void {
	const ip = ipOf(call.session);
	if (manual !== ip.settings.manualReceive && ip.connections.some(({ open }) => open)) return call.fail();
	ip.settings.manualReceive = manual;
	call.ok();
	ip.receiver.printer.pump();
}

/** The slot that can be read; undefined: none that was ever open. */
function readable(call: Call): Connection | undefined {
	const ip = ipOf(call.session);
	const id = ip.settings.mux ? call.number(1, 0, ip.connections.length - 1) : 0;
	const slot = undefined === id ? undefined : ip.connections[id];
	if (!ip.settings.manualReceive || !slot || "INITIAL" === slot.state || "CONNECTING" === slot.state) return undefined;
	return slot;
}

function read(call: Call, most: number, form: (bytes: Uint8Array) => Uint8Array): void {
	const ip = ipOf(call.session);
	const slot = readable(call);
	const count = call.number(ip.settings.mux ? 2 : 1, 1, most);
	if (!slot || undefined === count) return call.fail();
	const bytes = slot.read(count);
	const id = ip.settings.mux ? `${slot.id},` : "";
	call.session.framing.block(`+CIPRXGET: ${call.text(0)},${id}${bytes.length},${slot.inbox.length}`, form(bytes));
	call.ok();
}

function ask(call: Call): void {
	const slot = readable(call);
	if (!slot) return call.fail();
	const id = ipOf(call.session).settings.mux ? `${slot.id},` : "";
	answer(call, `+CIPRXGET: 4,${id}${slot.inbox.length}`);
}

export const RECEIVE_COMMANDS: readonly Command[] = [
	{
		name: "+CIPRXGET",
		read: call => answer(call, `+CIPRXGET: ${ipOf(call.session).settings.manualReceive ? 1 : 0}`),
		set: receive,
		test: session => {
			const { settings, connections } = ipOf(session);
			return `(0-4),${settings.mux ? `(0-${connections.length - 1}),` : ""}(1-${READ_MAX})`;
		},
	},
	flagOf("+CIPHEAD", "header"),
	flagOf("+CIPSHOWTP", "showProtocol"),
	flagOf("+CIPSRIP", "showAddress"),
	flagOf("+CIPQSEND", "quickSend"),
	flagOf("+CIPSENDHEX", "hexSend"),
	numberOf("+CIPSPRT", [0, 2], "promptLevel"),
	{
		name: "+CIPRDTIMER",
		read: call => {
			const { remoteCloseSingleMs, remoteCloseMuxMs } = ipOf(call.session).settings;
			answer(call, `+CIPRDTIMER: ${remoteCloseSingleMs},${remoteCloseMuxMs}`);
		},
		set: call => {
			const [single, mux] = [call.number(0, 100, 4000), call.number(1, 100, 7000)];
			if (undefined === single || undefined === mux) return call.fail();
			Object.assign(ipOf(call.session).settings, { remoteCloseSingleMs: single, remoteCloseMuxMs: mux });
			call.ok();
		},
		test: "(100-4000),(100-7000)",
	},
];
