/* Opening, sending and closing: AT+CIPSTART, AT+CIPSEND, AT+CIPACK, AT+CIPCLOSE. */
import type { Call } from "../../at/call.js";
import { answer, type Command } from "../../at/command.js";
import { collect } from "../../at/data-entry.js";
import { bytesOfHex, textOf } from "../../bytes.js";
import type { Connection } from "../../ip/connection.js";
import { type Ip, ipOf } from "./ip.js";

const PORT_MAX = 65_535;

/** The slot that the first argument names in mux mode, and how many arguments that took. */
function slotOf(call: Call): { slot: Connection | undefined; used: number } {
	const ip = ipOf(call.session);
	if (!ip.settings.mux) return { slot: ip.single, used: 0 };
	const id = call.args[0]?.quoted ? undefined : call.number(0, 0, ip.connections.length - 1);
	return { slot: undefined === id ? undefined : ip.connections[id], used: 1 };
}

function start(call: Call): void {
	const ip = ipOf(call.session);
	const { slot, used } = slotOf(call);
	const protocol = call.text(used)?.toUpperCase();
	const [host, port] = [call.text(used + 1), call.number(used + 2, 1, PORT_MAX)];
	if (!slot || ("TCP" !== protocol && "UDP" !== protocol) || undefined === host || undefined === port) return call.fail();
	if (!mayStart(ip, slot)) return refuseStart(call, slot);
	const { localTcpPort, localUdpPort, tls } = ip.settings;
	const localPort = "TCP" === protocol ? localTcpPort : localUdpPort;
	const target = { protocol, host, port, ...(0 === localPort ? {} : { localPort }), ...(tls ? { secure: true } : {}) } as const;
	call.sayOk();
	call.end();
	if ("IP INITIAL" === ip.state) ip.startAll(target);
	else slot.connect(target);
}

function mayStart(ip: Ip, slot: Connection): boolean {
	if (slot.open || "REMOTE CLOSING" === slot.state) return false;
	if (!ip.settings.mux && ip.server.listening) return false;
	return "IP STATUS" === ip.state || (!ip.settings.mux && "IP INITIAL" === ip.state);
}

function refuseStart(call: Call, slot: Connection): void {
	const ip = ipOf(call.session);
	call.fail();
	if ("CONNECTED" === slot.state) ip.says(slot, "ALREADY CONNECT");
}

function send(call: Call): void {
	const { slot, used } = slotOf(call);
	const length = call.optional(used, 1, Number.MAX_SAFE_INTEGER, 0);
	if (!slot || undefined === length || "CONNECTED" !== slot.state || length > slot.room) return call.fail();
	collect(call, {
		length,
		limit: slot.room,
		endsAfterMs: 1000 * ipOf(call.session).settings.autoSendSeconds,
		symbol: 1 === ipOf(call.session).settings.promptLevel ? "\r\n> " : "",
		newLine: "",
		onData: bytes => sendData(call, slot, bytes),
		onEscape: () => call.ok(),
	});
}

function sendData(call: Call, slot: Connection, entered: Uint8Array): void {
	const { world } = call.session;
	const ip = ipOf(call.session);
	const bytes = ip.settings.hexSend ? bytesOfHex(textOf(entered)) : entered;
	const silent = 2 === ip.settings.promptLevel;
	const { faults } = world;
	const finish = (sent: boolean) => {
		const failsToo = faults.chance(faults.sendFailThenOkRate);
		const says = (text: string) => silent || ip.says(slot, text);
		if (failsToo) says("SEND FAIL");
		says(sent && !faults.chance(faults.sendFailRate) ? "SEND OK" : "SEND FAIL");
		call.end();
	};
	faults.moment("sent");
	if (!bytes || 0 === bytes.length || bytes.length > slot.room) {
		if ("CONNECTED" === slot.state) return call.fail();
		return finish(false);
	}
	slot.send(bytes);
	if (!ip.settings.quickSend) return slot.whenAcknowledged(slot.sentBytes, finish);
	call.after(world.timing.acceptMs, () => {
		const id = ip.settings.mux ? `${slot.id},` : "";
		if (!silent) call.info(`DATA ACCEPT:${id}${bytes.length}`);
		call.end();
	});
}

/** How much AT+CIPSEND would take now. */
function readRoom(call: Call): void {
	const ip = ipOf(call.session);
	if (!ip.settings.mux) return answer(call, `+CIPSEND: ${ip.single.room}`);
	answer(call, ...ip.connections.map(({ id, room }) => `+CIPSEND: ${id},${room}`));
}

function acknowledged(call: Call): void {
	const { slot } = slotOf(call);
	if (!slot || ("INITIAL" === slot.state && 0 === slot.sentBytes)) return call.fail();
	const { sentBytes, acknowledgedBytes } = slot;
	answer(call, `+CIPACK: ${sentBytes},${acknowledgedBytes},${sentBytes - acknowledgedBytes}`);
}

/** AT+CIPCLOSE[=n][,0|1]: 1 does not wait for what is on its way. */
function close(call: Call): void {
	const { world } = call.session;
	const ip = ipOf(call.session);
	const { slot, used } = slotOf(call);
	const quick = call.optional(used, 0, 1, 0);
	if (!slot || undefined === quick || !slot.open) return call.fail();
	slot.beginClose();
	call.after(1 === quick ? world.timing.closeQuickMs : world.timing.closeMs, () => {
		slot.close(1 === quick);
		ipOf(call.session).transparent.leave();
		ip.says(slot, "CLOSE OK");
		call.end();
	});
}

export const CONNECTION_COMMANDS: readonly Command[] = [
	{ name: "+CIPSTART", set: start, test: '("TCP","UDP"),("(0-255).(0-255).(0-255).(0-255)"),(1-65535)' },
	{
		name: "+CIPSEND",
		run: send,
		set: send,
		read: readRoom,
		test: session => (ipOf(session).settings.mux ? `(0-${ipOf(session).connections.length - 1}),<length>` : "<length>"),
	},
	{ name: "+CIPACK", run: acknowledged, set: acknowledged, test: "" },
	{ name: "+CIPCLOSE", run: close, set: close, test: "" },
];
