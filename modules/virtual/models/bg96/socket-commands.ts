/* Sockets: AT+QIOPEN, AT+QISEND, AT+QIRD, AT+QICLOSE, AT+QISTATE. */
import type { Call } from "../../at/call.js";
import { answer, type Command } from "../../at/command.js";
import { collect } from "../../at/data-entry.js";
import type { Connection, Origin } from "../../ip/connection.js";
import { failQi, QI } from "./errors.js";
import { qiOf, type Socket, type SocketKind } from "./qi.js";
import { quirksOf } from "./quirks.js";

const PORT_MAX = 65_535;
const READ_MAX = 1500;
const KINDS: readonly string[] = ["TCP", "UDP", "TCP LISTENER", "UDP SERVICE"] satisfies SocketKind[];
const PUSH = 1;
const CLOSE_SECONDS = 10;

/** The socket that an argument names, when it is taken. */
function socketOf(call: Call, index = 0): { connection: Connection; socket: Socket } | undefined {
	const { connections, sockets } = qiOf(call.session);
	const id = call.number(index, 0, connections.length - 1) ?? -1;
	const [connection, socket] = [connections[id], sockets[id]];
	return connection && socket && { connection, socket };
}

/** AT+QIOPEN=context,id,"kind","host",port[,localPort[,mode]]: OK, the result later. */
function open(call: Call): void {
	const qi = qiOf(call.session);
	const [context, id] = [call.number(0, 1, 16), call.number(1, 0, qi.connections.length - 1)];
	const [kind = "", host = ""] = [call.text(2)?.toUpperCase(), call.text(3)];
	const [port, localPort] = [call.number(4, 0, PORT_MAX), call.optional(5, 0, PORT_MAX, 0)];
	const mode = call.optional(6, 0, 2, 0);
	if (undefined === context || undefined === id || undefined === port || undefined === localPort || undefined === mode)
		return failQi(call, QI.parameters);
	if (!KINDS.includes(kind) || (!kind.includes(" ") && ("" === host || 0 === port))) return failQi(call, QI.parameters);
	if ("TCP LISTENER" === kind && 0 === localPort) return failQi(call, QI.parameters);
	if (mode > PUSH) return failQi(call, QI.notSupported);
	call.ok();
	if (undefined === qi.address(context)) return qi.tellOpened(id, QI.openContext);
	if (qi.sockets[id]) return qi.tellOpened(id, QI.idInUse);
	begin(call, id, { kind: kind as SocketKind, context, localPort, mode, server: id }, host, port);
}

function begin(call: Call, id: number, socket: Socket, host: string, port: number): void {
	const qi = qiOf(call.session);
	const { kind, localPort } = socket;
	qi.sockets[id] = socket;
	if ("TCP" === kind || "UDP" === kind)
		return qi.connections[id]!.connect({ protocol: kind, host, port, ...(localPort > 0 ? { localPort } : {}) });
	if ("UDP SERVICE" === kind) qi.connections[id]!.bind(localPort);
	else qi.listen(id, socket);
	call.after(call.session.world.timing.acceptMs, () => qi.tellOpened(id, QI.ok));
}

/** AT+QISEND=id,length (0 asks what was acknowledged), or id alone until Ctrl-Z. */
function send(call: Call): void {
	const { session } = call;
	const found = socketOf(call);
	if (!found) return failQi(call, QI.closed);
	const { connection } = found;
	const { pieceBytes } = session.world.tcp;
	const length = call.optional(1, 0, pieceBytes, 0);
	const asks = 0 === length && undefined !== call.text(1);
	const [address, port] = [call.text(2), call.number(3, 1, PORT_MAX)];
	const to = undefined === address || undefined === port ? undefined : { address, port };
	if (undefined === length) return failQi(call, QI.parameters);
	if ("CONNECTED" !== connection.state) return failQi(call, QI.closed);
	if (asks) return acknowledged(call, connection);
	if (connection.unbound && !to) return failQi(call, QI.parameters);
	collect(call, {
		...{ length, limit: pieceBytes, endsAfterMs: 0, symbol: "\r\n> ", newLine: "" },
		echoes: 1 === qiOf(session).dataEcho ? undefined : false,
		onData: bytes => sendData(call, connection, bytes, to),
		onEscape: () => call.ok(),
	});
}

function acknowledged(call: Call, { sentBytes, acknowledgedBytes }: Connection): void {
	answer(call, `+QISEND: ${sentBytes},${acknowledgedBytes},${sentBytes - acknowledgedBytes}`);
}

/** SEND FAIL: there is no room, and nothing was sent. */
function sendData(call: Call, connection: Connection, bytes: Uint8Array, to: Origin | undefined): void {
	const { faults, timing } = call.session.world;
	if ("CONNECTED" !== connection.state) return failQi(call, QI.closed);
	const sent = bytes.length <= connection.room && !faults.chance(faults.sendFailRate);
	if (sent) connection.send(bytes, to);
	faults.moment("sent");
	call.after(timing.acceptMs, () => call.says(sent ? "SEND OK" : "SEND FAIL"));
}

/** AT+QIRD=id[,length]: 0 asks; a datagram of a service comes whole, with its sender. */
function read(call: Call): void {
	const found = socketOf(call);
	const length = call.optional(1, 0, READ_MAX, READ_MAX);
	if (!found || "TCP LISTENER" === found.socket.kind) return failQi(call, QI.closed);
	if (undefined === length) return failQi(call, QI.parameters);
	const { connection, socket } = found;
	if (PUSH === socket.mode) return failQi(call, QI.notAllowed);
	const { receivedBytes, inbox } = connection;
	if (0 === length) return answer(call, `+QIRD: ${receivedBytes},${receivedBytes - inbox.length},${inbox.length}`);
	if (0 === inbox.length) return answer(call, "+QIRD: 0");
	if ("UDP SERVICE" === socket.kind) {
		const { bytes, from } = connection.readDatagram();
		call.session.framing.block(`+QIRD: ${bytes.length},"${from.address}",${from.port}`, bytes);
	} else {
		const bytes = connection.read(length);
		call.session.framing.block(`+QIRD: ${bytes.length}`, bytes);
	}
	call.ok();
}

/** AT+QICLOSE=id[,seconds]: OK when the peer has heard of it, or the time is up; a free id is no error. */
function close(call: Call): void {
	const { session } = call;
	const { world } = session;
	const seconds = call.optional(1, quirksOf(session).closeTimeoutZero ? 0 : 1, 65_535, CLOSE_SECONDS);
	const id = call.number(0, 0, qiOf(session).connections.length - 1);
	if (undefined === seconds || undefined === id) return failQi(call, QI.parameters);
	const found = socketOf(call);
	if (!found) return call.ok();
	const reachable = world.radio.covered && !world.faults.blackHole;
	const open = found.connection.open;
	if (open) found.connection.beginClose();
	call.after(!open || 0 === seconds ? 0 : reachable ? world.timing.closeMs : 1000 * seconds, () => {
		if (open) found.connection.close(0 === seconds);
		qiOf(session).free(id);
		call.ok();
	});
}

function stateText(call: Call, id: number): string {
	const qi = qiOf(call.session);
	const { kind, context, localPort, mode, server } = qi.sockets[id]!;
	const { address, port } = qi.connections[id]!;
	const place = [`"${address || "0.0.0.0"}"`, port, localPort, stateOf(call, id)].join(",");
	return `+QISTATE: ${id},"${kind}",${place},${context},${server},${mode},"uart1"`;
}

/** 0 initial, 1 opening, 2 connected, 3 listening, 4 closing. */
function stateOf(call: Call, id: number): number {
	const qi = qiOf(call.session);
	if (qi.sockets[id]?.listener) return 3;
	switch (qi.connections[id]!.state) {
		case "INITIAL":
			return 0;
		case "CONNECTING":
			return 1;
		case "CONNECTED":
			return quirksOf(call.session).connectedState;
		default:
			return 4;
	}
}

/** AT+QISTATE[?], =0,context, =1,id: one that is free has no line. */
function states(call: Call): void {
	const { sockets } = qiOf(call.session);
	const kind = call.number(0, 0, 1);
	const wanted = call.number(1, 0, 16);
	const matches = (id: number) => undefined === kind || (0 === kind ? sockets[id]!.context === wanted : id === wanted);
	const lines = [...sockets.keys()].filter(id => sockets[id] && matches(id)).map(id => stateText(call, id));
	if (0 === lines.length) call.ok();
	else answer(call, ...lines);
}

export const SOCKET_COMMANDS: readonly Command[] = [
	{ name: "+QIOPEN", set: open, test: '(1-16),(0-11),("TCP","UDP","TCP LISTENER","UDP SERVICE")' },
	{ name: "+QISEND", set: send, test: "(0-11),(0-1460)" },
	{ name: "+QIRD", set: read, test: "(0-11),(0-1500)" },
	{ name: "+QICLOSE", set: close, test: "(0-11),(0-65535)" },
	{ name: "+QISTATE", run: states, read: states, set: states, test: "" },
];
