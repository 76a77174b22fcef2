/* Contexts, names and settings: AT+QICSGP, AT+QIACT, AT+QIDEACT, AT+QIDNSGIP, AT+QIGETERROR, AT+QICFG. */
import type { Call } from "../../at/call.js";
import { answer, type Command, setting } from "../../at/command.js";
import { failQi, QI, QI_TEXTS } from "./errors.js";
import { qiOf } from "./qi.js";
import { quirksOf } from "./quirks.js";

const CONTEXTS = 16;
const TTL_SECONDS = 600;
const PING_BYTES = 32;
const PING_TTL = 255;

/** AT+QICSGP=cid[,type,"apn"[,"user","password"[,auth]]]; cid alone reads. */
function define(call: Call): void {
	const qi = qiOf(call.session);
	const id = call.number(0, 1, CONTEXTS);
	if (undefined === id) return failQi(call, QI.parameters);
	const context = qi.context(id);
	if (1 === call.args.length) {
		const { type, apn, user, password, auth } = context;
		return answer(call, `+QICSGP: ${type},"${apn}","${user}","${password}",${auth}`);
	}
	const [type, auth] = [call.number(1, 1, 3), call.optional(5, 0, 3, 0)];
	if (undefined === type || undefined === auth) return failQi(call, QI.parameters);
	const [apn, user, password] = [call.text(2) ?? "", call.text(3) ?? "", call.text(4) ?? ""];
	Object.assign(context, { type, apn, user, password, auth });
	call.ok();
}

/** Nothing else is carried out meanwhile. */
function activate(call: Call): void {
	const qi = qiOf(call.session);
	const id = call.number(0, 1, CONTEXTS);
	if (undefined === id) return failQi(call, QI.parameters);
	if ("up" === qi.context(id).state && "ok" === quirksOf(call.session).secondQiact) return call.ok();
	qi.activate(id, up => (up ? call.ok() : failQi(call, QI.openContext)));
}

function readActive(call: Call): void {
	const qi = qiOf(call.session);
	const lines = qi.active.map(id => `+QIACT: ${id},1,${qi.context(id).type},"${qi.address(id)}"`);
	if (0 === lines.length) call.ok();
	else answer(call, ...lines);
}

function deactivate(call: Call): void {
	const qi = qiOf(call.session);
	const id = call.number(0, 1, CONTEXTS);
	if (undefined === id) return failQi(call, QI.parameters);
	const { timing } = call.session.world;
	call.after("down" === qi.context(id).state ? timing.commandMs : timing.deactivateMs, () => {
		qi.deactivate(id);
		call.ok();
	});
}

/** AT+QIDNSGIP=cid,"host": OK, and URCs behind it. */
function resolve(call: Call): void {
	const { session } = call;
	const [id, host] = [call.number(0, 1, CONTEXTS), call.text(1)];
	if (undefined === id || undefined === host) return failQi(call, QI.parameters);
	if (undefined === qiOf(session).address(id)) return failQi(call, QI.openContext);
	call.ok();
	const endActivity = session.world.activity.begin();
	session.air.resolve(host, addresses => {
		endActivity();
		if (0 === addresses.length) return session.urc(`+QIURC: "dnsgip",${QI.dns}`);
		session.urc(`+QIURC: "dnsgip",0,${addresses.length},${TTL_SECONDS}`);
		for (const address of addresses) session.urc(`+QIURC: "dnsgip","${address}"`);
	});
}

/** AT+QPING=cid,"host"[,seconds[,count]]. */
function ping(call: Call): void {
	const { session } = call;
	const { world } = session;
	const [id, host, count] = [call.number(0, 1, CONTEXTS), call.text(1), call.optional(3, 1, 10, 4)];
	if (undefined === id || undefined === host || undefined === count) return failQi(call, QI.parameters);
	if (undefined === qiOf(session).address(id)) return failQi(call, QI.openContext);
	call.ok();
	session.air.resolve(host, ([found]) => {
		if (undefined === found) return session.urc(`+QPING: ${QI.dns}`);
		const ms = Math.round(world.radio.roundTripMs);
		for (let number = 1; number <= count; number++)
			world.schedule.after(number * 1000, () => session.urc(`+QPING: 0,"${found}",${PING_BYTES},${ms},${PING_TTL}`));
		world.schedule.after(count * 1000 + 1, () => session.urc(`+QPING: 0,${count},${count},0,${ms},${ms},${ms}`));
	});
}

/** AT+QNTP=cid,"server": the radio network's own time stands in for the server's. */
function askTime(call: Call): void {
	const { session } = call;
	const { world } = session;
	const [id, host] = [call.number(0, 1, CONTEXTS), call.text(1)];
	if (undefined === id || undefined === host) return failQi(call, QI.parameters);
	if (undefined === qiOf(session).address(id)) return failQi(call, QI.openContext);
	call.ok();
	session.air.resolve(host, addresses => {
		if (0 === addresses.length) return session.urc(`+QNTP: ${QI.dns}`);
		session.calendar.set(world.radio.calendar.utcMs, world.radio.calendar.zoneQuarters);
		session.urc(`+QNTP: 0,"${session.calendar.text}"`);
	});
}

function lastError(call: Call): void {
	const { lastError: number } = qiOf(call.session);
	const blank = quirksOf(call.session).errorBlank ? " " : "";
	answer(call, `+QIGETERROR: ${number},${blank}${QI_TEXTS[number]}`);
}

/** AT+QICFG="name"[,values]: kept as given, and told again. */
function configure(call: Call): void {
	const qi = qiOf(call.session);
	const name = call.text(0)?.toLowerCase();
	if (undefined === name) return failQi(call, QI.parameters);
	const values = call.args.slice(1).map(({ text, quoted }) => (quoted ? `"${text}"` : text));
	if (0 === values.length) return answer(call, `${call.command.name}: "${name}",${qi.config.get(name) ?? "0"}`);
	qi.config.set(name, values.join(","));
	if ("viewmode" === name) qi.viewMode = call.number(1, 0, 1) ?? 0;
	call.ok();
}

export const CONTEXT_COMMANDS: readonly Command[] = [
	{ name: "+QICSGP", set: define, test: `(1-${CONTEXTS}),(1-3),<APN>,<username>,<password>,(0-3)` },
	{ name: "+QIACT", set: activate, read: readActive, test: `(1-${CONTEXTS})` },
	{ name: "+QIDEACT", set: deactivate, test: `(1-${CONTEXTS})` },
	{ name: "+QIDNSGIP", set: resolve, test: "" },
	{
		name: "+QIDNSCFG",
		set: call => (1 === call.args.length ? answer(call, '+QIDNSCFG: 1,"0.0.0.0","0.0.0.0"') : call.ok()),
		test: "",
	},
	{ name: "+QPING", set: ping, test: "" },
	{ name: "+QNTP", set: askTime, test: "" },
	{ name: "+QIGETERROR", run: lastError, test: "" },
	{ name: "+QICFG", set: configure, test: "" },
	{ name: "+QCFG", set: configure, test: "" },
	setting(
		"+QISDE",
		[0, 1],
		session => qiOf(session).dataEcho,
		(session, value) => {
			qiOf(session).dataEcho = value;
		},
	),
];
