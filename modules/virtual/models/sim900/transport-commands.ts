/* The less common side of the CIP commands: server, transparent mode, local ports, UDP targets, keep-alive, TLS. */
import type { Call } from "../../at/call.js";
import { answer, type Command, inert } from "../../at/command.js";
import { ipOf } from "./ip.js";
import { numberOf } from "./setting.js";

const PORT_MAX = 65_535;

/** AT+CIPSERVER=1,port: OK, then SERVER OK; =0: OK, then SERVER CLOSE. */
function server(call: Call): void {
	const ip = ipOf(call.session);
	const [on, port] = [call.number(0, 0, 1), call.number(1, 1, PORT_MAX)];
	if (0 === on && ip.server.listening) {
		ip.server.stop();
		call.sayOk();
		return call.says("SERVER CLOSE");
	}
	const fromInitial = "IP INITIAL" === ip.state && !ip.settings.mux;
	if (1 !== on || undefined === port || ip.server.listening || ("IP STATUS" !== ip.state && !fromInitial)) return call.fail();
	call.sayOk();
	const listen = (up: boolean) => {
		if (up) ip.server.start(port);
		call.info(up ? "SERVER OK" : "+PDP: DEACT");
		call.end();
	};
	if (fromInitial) ip.activateAll(listen);
	else listen(true);
}

function readServer(call: Call): void {
	const { server } = ipOf(call.session);
	answer(call, server.listening ? `+CIPSERVER: 1,${server.port}` : "+CIPSERVER: 0");
}

function setTransparent(call: Call): void {
	const ip = ipOf(call.session);
	const mode = call.number(0, 0, 1);
	if (undefined === mode || (1 === mode && ip.settings.mux) || ip.single.open) return call.fail();
	ip.settings.transparent = 1 === mode;
	call.ok();
}

/** ATO: back to the data of a connection that +++ has left. */
function online(call: Call): void {
	if (!ipOf(call.session).transparent.resume()) call.session.framing.result("NO CARRIER");
	call.end();
}

/** Whole numbers that go together, of which the later ones may be left out. */
function numbers(
	name: string,
	field: "transparentConfig" | "keepAlive",
	limits: readonly (readonly [low: number, high: number])[],
	least: number,
): Command {
	return {
		name,
		read: call => answer(call, `${name}: ${ipOf(call.session).settings[field].join(",")}`),
		set: call => {
			const { settings } = ipOf(call.session);
			const read = ([low, high]: readonly [number, number], index: number) =>
				index < least ? call.number(index, low, high) : call.optional(index, low, high, settings[field][index]!);
			const values = limits.map(read);
			if (values.includes(undefined)) return call.fail();
			settings[field] = values as number[];
			call.ok();
		},
		test: limits.map(([low, high]) => `(${low}-${high})`).join(","),
	};
}

/** AT+CLPORT="TCP",port, in mux mode with a slot before it. */
function setLocalPort(call: Call): void {
	const { settings } = ipOf(call.session);
	const used = settings.mux && !call.args[0]?.quoted ? 1 : 0;
	const [protocol, port] = [call.text(used)?.toUpperCase(), call.number(used + 1, 0, PORT_MAX)];
	if (undefined === port || ("TCP" !== protocol && "UDP" !== protocol)) return call.fail();
	if ("TCP" === protocol) settings.localTcpPort = port;
	else settings.localUdpPort = port;
	call.ok();
}

/** AT+CIPUDPMODE=1: extended; =2,"address",port: to another target from now on. */
function setUdpMode(call: Call): void {
	const ip = ipOf(call.session);
	const used = ip.settings.mux ? 1 : 0;
	const slot = ip.connections[ip.settings.mux ? (call.number(0, 0, ip.connections.length - 1) ?? -1) : 0];
	const mode = call.number(used, 0, 2);
	if (undefined === mode || !slot) return call.fail();
	if (2 !== mode) {
		ip.settings.udpMode = mode;
		return call.ok();
	}
	const [host, port] = [call.text(used + 1), call.number(used + 2, 1, PORT_MAX)];
	if (undefined === host || undefined === port || 1 !== ip.settings.udpMode || !slot.retarget(host, port)) return call.fail();
	call.ok();
}

function setAutoSend(call: Call): void {
	const [mode, seconds] = [call.number(0, 0, 1), call.optional(1, 1, 100, 1)];
	if (undefined === mode || undefined === seconds) return call.fail();
	ipOf(call.session).settings.autoSendSeconds = mode * seconds;
	call.ok();
}

export const TRANSPORT_COMMANDS: readonly Command[] = [
	{ name: "+CIPSERVER", set: server, read: readServer, test: "(0-CLOSE SERVER,1-OPEN SERVER),(1-65535)" },
	{
		name: "+CIPMODE",
		read: call => answer(call, `+CIPMODE: ${ipOf(call.session).settings.transparent ? 1 : 0}`),
		set: setTransparent,
		test: "(0-NORMAL MODE,1-TRANSPARENT MODE)",
	},
	{ name: "O", run: online },
	numbers(
		"+CIPCCFG",
		"transparentConfig",
		[
			[3, 8],
			[2, 10],
			[1, 1460],
			[0, 1],
			[0, 1],
			[50, 1460],
			[20, 1000],
		],
		4,
	),
	numbers(
		"+CIPTKA",
		"keepAlive",
		[
			[0, 1],
			[30, 7200],
			[30, 600],
			[1, 9],
		],
		1,
	),
	{
		name: "+CLPORT",
		read: call => {
			const { localTcpPort, localUdpPort } = ipOf(call.session).settings;
			answer(call, `+CLPORT: ${localTcpPort},${localUdpPort}`);
		},
		set: setLocalPort,
		test: '("TCP","UDP"),(0-65535)',
	},
	{
		name: "+CIPUDPMODE",
		read: call => answer(call, `+CIPUDPMODE: ${ipOf(call.session).settings.udpMode}`),
		set: setUdpMode,
		test: '(0-2),("(0-255).(0-255).(0-255).(0-255)"),(1-65535)',
	},
	{
		name: "+CIPATS",
		read: call => {
			const { autoSendSeconds } = ipOf(call.session).settings;
			answer(call, `+CIPATS: ${autoSendSeconds > 0 ? 1 : 0},${autoSendSeconds || 1}`);
		},
		set: setAutoSend,
		test: "(0,1),(1-100)",
	},
	numberOf("+CIPOPTION", [0, 1], "noDelay"),
	inert("+CIPTXISS", [0, 2], 0),
];
