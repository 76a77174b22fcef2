/* The CIP context, from AT+CIPMUX to AT+CIPSHUT, and AT+CIPSTATUS. */
import type { Call } from "../../at/call.js";
import { answer, type Command } from "../../at/command.js";
import { CME } from "../../at/errors.js";
import type { Connection } from "../../ip/connection.js";
import { type Ip, ipOf } from "./ip.js";
import type { IpSettings } from "./ip-settings.js";
import { numberOf } from "./setting.js";

function setMux(call: Call): void {
	const ip = ipOf(call.session);
	const mux = call.number(0, 0, 1);
	if (undefined === mux || "IP INITIAL" !== ip.state || (1 === mux && ip.settings.transparent)) return call.fail();
	ip.settings.mux = 1 === mux;
	call.ok();
}

/** AT+CSTT="apn","user","password"; without values what is stored. */
function startTask(call: Call): void {
	const ip = ipOf(call.session);
	if ("IP INITIAL" !== ip.state) return call.fail();
	const stored = ip.settings.access;
	ip.access =
		0 === call.args.length ? stored : { apn: call.text(0) ?? "", user: call.text(1) ?? "", password: call.text(2) ?? "" };
	ip.state = "IP START";
	call.ok();
}

function bringUp(call: Call): void {
	const { session } = call;
	const ip = ipOf(session);
	if ("IP START" !== ip.state) return call.fail();
	ip.activate(up => {
		if (up) return call.ok();
		session.urc("+PDP: DEACT");
		call.refuse();
	});
}

/** The address alone: there is no OK behind it. */
function localAddress(call: Call): void {
	const ip = ipOf(call.session);
	if (undefined === ip.address) return call.fail();
	if ("IP GPRSACT" === ip.state) ip.state = "IP STATUS";
	call.says(ip.address);
}

function shut(call: Call): void {
	const { world } = call.session;
	const ip = ipOf(call.session);
	const idle = undefined === ip.address;
	call.after(idle ? world.timing.shutMs : world.timing.deactivateMs, () => {
		ip.shut();
		call.says("SHUT OK");
	});
}

/** OK comes first, the state behind it. */
function status(call: Call): void {
	const ip = ipOf(call.session);
	call.sayOk();
	if (!ip.settings.mux) return call.says(`STATE: ${ip.status}`);
	call.info(`STATE: ${ip.status}`);
	const server = ip.server.listening ? [`S: 0,0,"${ip.server.port}","LISTENING"`] : [];
	call.says([...server, ...ip.connections.map(slot => `C: ${slotText(slot, ip)}`)].join("\r\n"));
}

function slotStatus(call: Call): void {
	const ip = ipOf(call.session);
	const id = call.number(0, 0, ip.connections.length - 1);
	if (!ip.settings.mux || undefined === id) return call.fail();
	answer(call, `+CIPSTATUS: ${slotText(ip.connections[id]!, ip)}`);
}

function slotText({ id, state, protocol, address, port }: Connection, ip: Ip): string {
	if ("INITIAL" === state) return `${id},,"","","","INITIAL"`;
	return `${id},${undefined === ip.address ? "" : 0},"${protocol}","${address}","${port}","${state}"`;
}

function readAccess(call: Call): void {
	const ip = ipOf(call.session);
	const { apn, user, password } = ip.access ?? ip.settings.access;
	answer(call, `+CSTT: "${apn}","${user}","${password}"`);
}

function chooseGprs(call: Call): void {
	const { settings } = ipOf(call.session);
	const mode = call.number(0, 0, 1);
	if (undefined === mode) return call.fail();
	if (1 === mode) settings.access = { apn: call.text(1) ?? "", user: call.text(2) ?? "", password: call.text(3) ?? "" };
	call.ok();
}

function setNameServers(call: Call): void {
	const [first, second = "0.0.0.0"] = [call.text(0), call.text(1)];
	if (undefined === first || ![first, second].every(isAddress)) return call.fail();
	ipOf(call.session).settings.dns = [first, second];
	call.ok();
}

function isAddress(text: string): boolean {
	return /^([0-9]{1,3}\.){3}[0-9]{1,3}$/.test(text) && text.split(".").every(part => Number(part) <= 255);
}

/** AT+CDNSGIP="host": OK at once, the addresses later. */
function resolve(call: Call): void {
	const { session } = call;
	const { rules, address } = ipOf(session);
	const host = call.text(0);
	if (undefined === host || undefined === address) return call.fail(CME.notAllowed);
	call.ok();
	const endActivity = session.world.activity.begin();
	session.air.resolve(host, addresses => {
		endActivity();
		const some = addresses.slice(0, rules.addresses);
		const text = some.map(address => `,"${address}"`).join("");
		session.urc(some.length > 0 ? `+CDNSGIP: 1,"${host}"${text}` : `+CDNSGIP: 0,${rules.nameUnknown}`);
	});
}

/** Stored for the next start by AT+CIPSCONT. */
const STORED: readonly (keyof IpSettings)[] = [
	"access",
	"localTcpPort",
	"localUdpPort",
	"header",
	"showProtocol",
	"showAddress",
	"autoSendSeconds",
	"promptLevel",
	"quickSend",
	"transparent",
	"transparentConfig",
	"mux",
	"contextProbe",
	"manualReceive",
	"remoteCloseSingleMs",
	"remoteCloseMuxMs",
];

function store(call: Call): void {
	const { memory } = call.session;
	const ip = ipOf(call.session);
	memory.ip = Object.fromEntries(STORED.map(name => [name, ip.settings[name]]));
	call.ok();
}

function stored(call: Call): void {
	const { settings } = ipOf(call.session);
	const { apn, user, password } = settings.access;
	const flag = (value: boolean) => (value ? 1 : 0);
	answer(
		call,
		`+CIPSCONT: ${0 === Object.keys(call.session.memory.ip).length ? 1 : 0}`,
		"+CIPCSGP: 1",
		`Gprs Config APN: ${apn}`,
		`Gprs Config UserId: ${user}`,
		`Gprs Config Password: ${password}`,
		`+CLPORT: ${settings.localTcpPort}`,
		`+CIPHEAD: ${flag(settings.header)}`,
		`+CIPSHOWTP: ${flag(settings.showProtocol)}`,
		`+CIPSRIP: ${flag(settings.showAddress)}`,
		`+CIPATS: ${settings.autoSendSeconds > 0 ? 1 : 0},${settings.autoSendSeconds}`,
		`+CIPSPRT: ${settings.promptLevel}`,
		`+CIPQSEND: ${flag(settings.quickSend)}`,
		`+CIPMODE: ${flag(settings.transparent)}`,
		`+CIPMUX: ${flag(settings.mux)}`,
		`+CIPRXGET: ${flag(settings.manualReceive)}`,
	);
}

export const BEARER_COMMANDS: readonly Command[] = [
	{
		name: "+CIPMUX",
		read: call => answer(call, `+CIPMUX: ${ipOf(call.session).settings.mux ? 1 : 0}`),
		set: setMux,
		test: "(0,1)",
	},
	{ name: "+CSTT", run: startTask, set: startTask, read: readAccess, test: '"APN","USER","PWD"' },
	{ name: "+CIICR", run: bringUp, test: "" },
	{ name: "+CIFSR", run: localAddress, test: "" },
	{ name: "+CIPSHUT", run: shut, test: "" },
	{ name: "+CIPSTATUS", run: status, set: slotStatus, test: "" },
	{
		name: "+CIPCSGP",
		read: call => {
			const { apn, user, password } = ipOf(call.session).settings.access;
			answer(call, `+CIPCSGP: 1,"${apn}","${user}","${password}"`);
		},
		set: chooseGprs,
		test: "0-CSD,DIALNUMBER,USER,PWD,RATE(0,3),1-GPRS,APN,USER,PWD",
	},
	{
		name: "+CDNSCFG",
		read: call => {
			const [first, second] = ipOf(call.session).settings.dns;
			answer(call, `PrimaryDns: ${first}`, `SecondaryDns: ${second}`);
		},
		set: setNameServers,
		test: '("Primary DNS"),("Secondary DNS")',
	},
	{ name: "+CDNSGIP", set: resolve, test: "" },
	{ name: "+CIPSCONT", run: store, read: stored },
	numberOf("+CIPSTTIMER", [90, 255], "activationSeconds"),
	{
		name: "+CIPDPDP",
		read: call => answer(call, `+CIPDPDP: ${ipOf(call.session).settings.contextProbe.join(",")}`),
		set: call => {
			const { settings } = ipOf(call.session);
			const [, interval, tries] = settings.contextProbe;
			const values = [call.number(0, 0, 1), call.optional(1, 1, 180, interval!), call.optional(2, 1, 10, tries!)];
			if (values.includes(undefined)) return call.fail();
			settings.contextProbe = values as number[];
			call.ok();
		},
		test: "(0,1),(1-180),(1-10)",
	},
];
