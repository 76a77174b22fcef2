/* The network: AT+NETOPEN, AT+NETCLOSE, AT+IPADDR, names, and the settings that belong to all links. */
import type { Call } from "../../at/call.js";
import { answer, type Command, inert, setting } from "../../at/command.js";
import { apnOf } from "../../commands/network.js";
import { failIp, failWith, IP_ERROR, RESULT } from "./errors.js";
import { isFree, netOf } from "./net.js";
import { quirksOf } from "./quirks.js";

const CONFIG_LIMITS = [
	[0, 10],
	[0, 1000],
	[0, 0],
	[0, 1],
	[0, 1],
	[0, 0],
	[500, 120_000],
	[0, 1],
] as const;
const NAME_MAX = 254;
const PING_TTL = 55;

function open(call: Call): void {
	const { session } = call;
	const net = netOf(session);
	const { netopen, imsContext } = quirksOf(session);
	if ("open" === net.state || "lost" === net.state) return failIp(call, "networkOpened");
	if ("opening" === net.state || !session.registration.attached || "error" === netopen) return call.refuse();
	if (imsContext && "" !== apnOf(session, 2)) return call.refuse();
	call.ok();
	net.open(result => session.urc(`+NETOPEN: ${result}`));
}

function readOpen(call: Call): void {
	const { state } = netOf(call.session);
	const up = "open" === state || "lost" === state ? 1 : 0;
	answer(call, `+NETOPEN: ${up}${"state" === quirksOf(call.session).netopenRead ? "" : ",0"}`);
}

/** Links are told first, those of UDP before the OK. */
function close(call: Call): void {
	const { session } = call;
	const net = netOf(session);
	if ("closed" === net.state) return failWith(call, `+NETCLOSE: ${RESULT.networkClosed}`);
	const closeAll = (protocol: string) => {
		for (const link of net.links) {
			if (isFree(link) || protocol !== link.protocol) continue;
			link.abort("INITIAL");
			session.urc(`+CIPCLOSE: ${link.id},${RESULT.ok}`);
		}
	};
	closeAll("UDP");
	call.ok();
	const endActivity = session.world.activity.begin();
	session.world.schedule.after(session.world.timing.deactivateMs, () => {
		endActivity();
		if ("closed" === net.state) return;
		closeAll("TCP");
		net.shut();
		session.urc(`+NETCLOSE: ${RESULT.ok}`);
	});
}

function address(call: Call): void {
	const found = netOf(call.session).address;
	if (undefined !== found) answer(call, `+IPADDR: ${found}`);
	else if ("+IPADDR" === quirksOf(call.session).ipaddrDown) failWith(call, `+IPADDR: ${IP_ERROR.networkNotOpened[1]}`);
	else failIp(call, "networkNotOpened");
}

/** AT+CDNSGIP="host": the addresses before the OK. */
function resolve(call: Call): void {
	const net = netOf(call.session);
	const host = call.text(0);
	const fail = () => failWith(call, "+CDNSGIP: 0,10");
	if (undefined === host || host.length > NAME_MAX) return call.fail();
	if ("open" !== net.state) return fail();
	call.session.air.resolve(host, addresses => {
		if (0 === addresses.length) return fail();
		const told = addresses.slice(0, net.rules.addresses);
		answer(call, ...told.map((one, index) => `+CDNSGIP: ${index + 1},"${host}","${one}"`));
	});
}

/** AT+CPING="host",1[,count]: the type of address has to be there. */
function ping(call: Call): void {
	const { session } = call;
	const { air, world } = session;
	const [host, type, count] = [call.text(0), call.number(1, 1, 2), call.optional(2, 1, 100, 4)];
	if (undefined === host || undefined === type || undefined === count) return call.refuse();
	call.ok();
	air.resolve("open" === netOf(session).state ? host : "", ([found]) => {
		if (undefined === found) return session.urc("+CPING: 3,0,0,0,0,0,0");
		const rtt = Math.round(world.radio.roundTripMs);
		for (let number = 1; number <= count; number++)
			world.schedule.after(number * 1000, () => session.urc(`+CPING: 1,${found},64,${rtt},${PING_TTL}`));
		world.schedule.after(count * 1000 + 1, () => session.urc(`+CPING: 3,${count},${count},0,${rtt},${rtt},${rtt}`));
	});
}

function configure(call: Call): void {
	const { settings } = netOf(call.session);
	const values = CONFIG_LIMITS.map(([low, high], index) => call.optional(index, low, high, settings.config[index]!));
	if (values.includes(undefined)) return call.fail();
	settings.config = values as number[];
	settings.errorTexts = 1 === values[3];
	settings.receiveHeader = 1 === values[4];
	settings.datagramReads = 1 === values[7] && netOf(call.session).rules.datagrams;
	call.ok();
}

function setTimeouts(call: Call): void {
	const { settings } = netOf(call.session);
	const values = settings.timeoutsMs.map((ms, index) => call.optional(index, 3000, 120_000, ms));
	if (values.includes(undefined)) return call.fail();
	settings.timeoutsMs = values as number[];
	call.ok();
}

/** AT+CGAUTH=cid,type[,password,user]: in this order, but the read form has the user first. */
function setAccess(call: Call): void {
	const { settings } = netOf(call.session);
	const [id, type] = [call.number(0, 1, 16), call.optional(1, 0, 3, 0)];
	if (undefined === id || undefined === type) return call.fail();
	const [first, second] = [call.text(2) ?? "", call.text(3) ?? ""];
	const [password, user] = "password,user" === quirksOf(call.session).authOrder ? [first, second] : [second, first];
	if (1 === id) Object.assign(settings, { authType: type, user, password });
	call.ok();
}

/** A flag among the settings of the links. */
function flagOf(name: string, field: "showAddress" | "header" | "waitsForPeer"): Command {
	return setting(
		name,
		[0, 1],
		session => (netOf(session).settings[field] ? 1 : 0),
		(session, value) => {
			netOf(session).settings[field] = 1 === value;
		},
	);
}

export const NET_COMMANDS: readonly Command[] = [
	{ name: "+NETOPEN", run: open, read: readOpen, test: "" },
	{ name: "+NETCLOSE", run: close, test: "" },
	{ name: "+IPADDR", run: address, test: "" },
	{ name: "+CDNSGIP", set: resolve, test: "" },
	{ name: "+CDNSCFG", read: call => answer(call, "PrimaryDns: 0.0.0.0", "SecondaryDns: 0.0.0.0"), set: call => call.ok() },
	{ name: "+CPING", set: ping, test: "" },
	{
		name: "+CIPCCFG",
		read: call => answer(call, `+CIPCCFG: ${netOf(call.session).settings.config.join(",")}`),
		set: configure,
		test: "(0-10),(0-1000),(0),(0,1),(0,1),(0),(500-120000),(0,1)",
	},
	{
		name: "+CIPTIMEOUT",
		read: call => answer(call, `+CIPTIMEOUT: ${netOf(call.session).settings.timeoutsMs.join(",")}`),
		set: setTimeouts,
		test: "(3000-120000),(3000-120000),(3000-120000)",
	},
	{
		name: "+CGAUTH",
		read: call => {
			const { authType, user, password } = netOf(call.session).settings;
			answer(call, 0 === authType ? "+CGAUTH: 1,0" : `+CGAUTH: 1,${authType},"${user}","${password}"`);
		},
		set: setAccess,
		test: "(1-16),(0-3),,",
	},
	flagOf("+CIPSRIP", "showAddress"),
	flagOf("+CIPHEAD", "header"),
	flagOf("+CIPSENDMODE", "waitsForPeer"),
	inert("+CSOCKSETPN", [1, 16], 1),
	inert("+CIPMODE", [0, 0], 0),
	inert("+CIPDNSSET", [0, 3], 3),
	inert("+CTCPKA", [0, 1], 0),
];
