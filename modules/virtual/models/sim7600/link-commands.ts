/* Links: AT+CIPOPEN, AT+CIPSEND, AT+CIPRXGET, AT+CIPCLOSE, AT+CIPACK, and the servers whose clients take them. */
import type { Call } from "../../at/call.js";
import { answer, type Command } from "../../at/command.js";
import { collect } from "../../at/data-entry.js";
import { bytesOf, hexOf } from "../../bytes.js";
import type { Connection, Origin } from "../../ip/connection.js";
import { failIp, failWith, RESULT } from "./errors.js";
import { isFree, netOf } from "./net.js";
import { quirksOf } from "./quirks.js";

const PORT_MAX = 65_535;
const READ_MAX = 1500;
const ETX = 0x03;
const MODE = { push: 0, manual: 1, read: 2, readHex: 3, ask: 4, manualWithAddress: 5 } as const;

/** The link that an argument names. */
function linkOf(call: Call, index = 0): Connection | undefined {
	return netOf(call.session).links[call.number(index, 0, 99) ?? -1];
}

/** AT+CIPOPEN=n,"TCP","host",port[,localPort], or n,"UDP",,,localPort: who it goes to is said with each datagram. */
function open(call: Call): void {
	const net = netOf(call.session);
	const link = linkOf(call);
	const kind = call.text(1)?.toUpperCase() ?? "";
	const refuse = (result: number) => failWith(call, `+CIPOPEN: ${link?.id},${result}`);
	if (!link) return failIp(call, "invalidParameter");
	if ("open" !== net.state) return refuse(RESULT.networkClosed);
	if (!isFree(link)) return refuse(RESULT.notSupported);
	const localPort = call.optional(4, 0, PORT_MAX, 0);
	if (undefined === localPort) return refuse(RESULT.wrongParameter);
	net.take(link);
	if ("TCP" === kind) return openTcp(call, link, localPort);
	const known = "UDP" === kind || (net.rules.datagrams && "UDP SERVER" === kind);
	if (!known || undefined !== call.text(2) || undefined !== call.text(3)) return refuse(RESULT.wrongParameter);
	link.bind(localPort);
	finish(call, `+CIPOPEN: ${link.id},${RESULT.ok}`, quirksOf(call.session).udpOkFirst);
}

function openTcp(call: Call, link: Connection, localPort: number): void {
	const [host, port] = [call.text(2), call.number(3, 1, PORT_MAX)];
	if (undefined === host || undefined === port) return failWith(call, `+CIPOPEN: ${link.id},${RESULT.wrongParameter}`);
	call.ok();
	const [, timeoutMs] = netOf(call.session).settings.timeoutsMs;
	link.connect({ protocol: "TCP", host, port, ...(localPort > 0 ? { localPort } : {}) }, timeoutMs);
}

/** The result before the OK, or behind it. */
function finish(call: Call, result: string, okFirst: boolean): void {
	if (!okFirst) return answer(call, result);
	call.ok();
	call.session.world.schedule.after(call.session.world.timing.acceptMs, () => call.session.urc(result));
}

function list(call: Call): void {
	const { links, serverOf } = netOf(call.session);
	const text = ({ id, protocol, address, port }: Connection) => `${id},"${protocol}","${address}",${port},${serverOf[id]}`;
	answer(call, ...links.map(link => `+CIPOPEN: ${isFree(link) ? link.id : text(link)}`));
}

/** AT+CIPSEND=n,length, or n alone until Ctrl-Z; behind the length whom a datagram goes to. */
function send(call: Call): void {
	const net = netOf(call.session);
	const link = linkOf(call);
	const length = call.optional(1, 0, READ_MAX, 0);
	const refuse = (result: number) => failWith(call, `+CIPERROR: ${result}`);
	if (!link) return failIp(call, "invalidParameter");
	if ("open" !== net.state) return refuse(RESULT.networkClosed);
	if ("CONNECTED" !== link.state || net.stuck.has(link.id)) return refuse(RESULT.notSupported);
	const [address, port] = [call.text(2), call.number(3, 1, PORT_MAX)];
	const to = undefined === address || undefined === port ? undefined : { address, port };
	const wrong = undefined === length || (0 === length && undefined !== call.text(1)) || (link.unbound && !to);
	if (wrong || (0 === length && link.accepted)) return refuse(RESULT.wrongParameter);
	collect(call, {
		...{ length, limit: READ_MAX, endsAfterMs: 0, newLine: "", quote: ETX },
		symbol: quirksOf(call.session).promptBlank ? "\r\n> " : "\r\n>",
		echoes: net.settings.dataEcho ? true : undefined,
		onData: bytes => sendData(call, link, bytes, to),
		onEscape: () => call.refuse(),
	});
}

function sendData(call: Call, link: Connection, bytes: Uint8Array, to: Origin | undefined): void {
	const net = netOf(call.session);
	const { faults, timing } = call.session.world;
	const before = link.sentBytes;
	const accepted = "CONNECTED" === link.state ? Math.min(bytes.length, link.room) : -1;
	faults.moment("sent");
	if (accepted > 0) link.send(bytes.subarray(0, accepted), to);
	if (accepted < bytes.length) net.stuck.add(link.id);
	const told = faults.chance(faults.sendFailRate) ? -1 : accepted;
	const result = `+CIPSEND: ${link.id},${bytes.length},${told}`;
	const busy = quirksOf(call.session).busyUntilSent;
	if (busy) call.sayOk();
	else call.ok();
	const tell = () => {
		if (busy) call.says(result);
		else call.session.urc(result);
	};
	if (net.settings.waitsForPeer) link.whenAcknowledged(before, tell);
	else call.after(timing.acceptMs, tell);
}

function receive(call: Call): void {
	const { settings, rules } = netOf(call.session);
	const mode = call.number(0, MODE.push, rules.datagrams ? MODE.manualWithAddress : MODE.ask);
	switch (mode) {
		case MODE.push:
		case MODE.manual:
		case MODE.manualWithAddress:
			settings.manualReceive = MODE.push !== mode;
			settings.reportAddress = MODE.manualWithAddress === mode;
			call.ok();
			return netOf(call.session).printer.pump();
		case MODE.read:
			return read(call, READ_MAX, bytes => bytes);
		case MODE.readHex:
			return read(call, READ_MAX / 2, bytes => bytesOf(hexOf(bytes)));
		case MODE.ask:
			return ask(call);
		default:
			return failIp(call, "invalidParameter");
	}
}

/** Nothing to read is an error. */
function read(call: Call, most: number, form: (bytes: Uint8Array) => Uint8Array): void {
	const { settings } = netOf(call.session);
	const link = linkOf(call, 1);
	const count = call.optional(2, 1, most, most);
	if (!link || undefined === count) return failIp(call, "invalidParameter");
	if (!settings.manualReceive) return failIp(call, "notSupported");
	const bytes = link.read(settings.datagramReads && "UDP" === link.protocol ? Math.min(count, link.inbox.nextLength) : count);
	if (0 === bytes.length) return failIp(call, "noData");
	const header = `+CIPRXGET: ${call.text(0)},${link.id},${bytes.length},${link.inbox.length}`;
	call.session.framing.block(header, form(bytes), quirksOf(call.session).dataBehindHeader ? "" : undefined);
	call.ok();
}

function ask(call: Call): void {
	const link = linkOf(call, 1);
	if (link) answer(call, `+CIPRXGET: 4,${link.id},${link.inbox.length}`);
	else failIp(call, "invalidParameter");
}

function close(call: Call): void {
	const { session } = call;
	const link = linkOf(call);
	if (!link) return failIp(call, "invalidParameter");
	if (!link.open) {
		const down = "open" !== netOf(session).state;
		return failWith(call, `+CIPCLOSE: ${link.id},${down ? RESULT.networkClosed : RESULT.notSupported}`);
	}
	const result = `+CIPCLOSE: ${link.id},${RESULT.ok}`;
	if ("UDP" === link.protocol) {
		link.abort("INITIAL");
		return finish(call, result, quirksOf(session).udpOkFirst);
	}
	link.beginClose();
	call.ok();
	const endActivity = session.world.activity.begin();
	session.world.schedule.after(session.world.timing.closeMs, () => {
		endActivity();
		if ("CLOSING" !== link.state) return;
		link.close(false);
		session.urc(result);
	});
}

/** The third number is what was received. */
function acknowledged(call: Call): void {
	const link = linkOf(call);
	if (!link || isFree(link)) return failIp(call, link ? "notCreated" : "invalidParameter");
	answer(call, `+CIPACK: ${link.sentBytes},${link.acknowledgedBytes},${link.receivedBytes}`);
}

/** AT+SERVERSTART=port,index[,backlog]. */
function startServer(call: Call): void {
	const net = netOf(call.session);
	const [port, index, backlog] = [call.number(0, 1, PORT_MAX), call.number(1, 0, 3), call.optional(2, 1, 3, 3)];
	const refuse = (result: number) => failWith(call, `+CIPERROR: ${result}`);
	if (undefined === port || undefined === index || undefined === backlog) return refuse(RESULT.wrongParameter);
	if ("open" !== net.state) return refuse(RESULT.networkClosed);
	if (net.servers.some((server, at) => server && (at === index || server.port === port))) return refuse(RESULT.listening);
	net.listen(index, port);
	call.ok();
}

/** Its clients have to be closed first. */
function stopServer(call: Call): void {
	const net = netOf(call.session);
	const index = call.number(0, 0, 3);
	if (undefined === index || !net.servers[index]) return failWith(call, `+SERVERSTOP: ${index ?? 0},${RESULT.notSupported}`);
	if (net.links.some(link => !isFree(link) && net.serverOf[link.id] === index))
		return failWith(call, `+SERVERSTOP: ${index},${RESULT.socketsOpened}`);
	net.stopListening(index);
	finish(call, `+SERVERSTOP: ${index},${RESULT.ok}`, quirksOf(call.session).serverStopOkFirst);
}

export const LINK_COMMANDS: readonly Command[] = [
	{ name: "+CIPOPEN", set: open, read: list, test: session => `(0-${netOf(session).links.length - 1}),("TCP","UDP")` },
	{ name: "+CIPSEND", set: send, test: session => `(0-${netOf(session).links.length - 1}),(1-${READ_MAX})` },
	{
		name: "+CIPRXGET",
		read: call => answer(call, `+CIPRXGET: ${netOf(call.session).settings.manualReceive ? 1 : 0}`),
		set: receive,
		test: session => `(0-4),(0-${netOf(session).links.length - 1}),(1-${READ_MAX})`,
	},
	{
		name: "+CIPCLOSE",
		set: close,
		read: call =>
			answer(
				call,
				`+CIPCLOSE: ${netOf(call.session)
					.links.map(link => (link.open ? 1 : 0))
					.join(",")}`,
			),
		test: "",
	},
	{ name: "+CIPACK", set: acknowledged, test: "" },
	{ name: "+SERVERSTART", set: startServer, test: "(1-65535),(0-3),(1-3)" },
	{ name: "+SERVERSTOP", set: stopServer, test: "(0-3)" },
];
