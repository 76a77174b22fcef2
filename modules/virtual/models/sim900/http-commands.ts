/* The modem's own applications: bearers (AT+SAPBR), HTTP, location, ping. */
import type { Call } from "../../at/call.js";
import { answer, type Command } from "../../at/command.js";
import { collect } from "../../at/data-entry.js";
import { CME } from "../../at/errors.js";
import { HttpClient } from "../../services/http.js";
import { type AppBearer, BEARER } from "../../services/sapbr.js";
import { ipOf } from "./ip.js";

const DATA_MAX = 319_488;
const PARAMETERS = ["CID", "URL", "UA", "PROIP", "PROPORT", "REDIR", "BREAK", "BREAKEND", "TIMEOUT", "CONTENT", "USERDATA"];
const LOCATION_FAILED = 601;
const PINGS = 4;
const PING_TTL = 64;

/** AT+SAPBR=type,cid[,tag,value]: 0 close, 1 open, 2 ask, 3 set, 4 show. */
function bearer(call: Call): void {
	const id = call.number(1, 1, 3);
	const found = undefined === id ? undefined : ipOf(call.session).bearers[id - 1];
	if (!found) return call.fail();
	switch (call.number(0, 0, 4)) {
		case 0:
			return BEARER.connected === found.state ? found.close(() => call.ok()) : call.fail();
		case 1:
			return openBearer(call, found);
		case 2:
			return answer(call, `+SAPBR: ${found.id},${found.state},"${found.address ?? "0.0.0.0"}"`);
		case 3:
			return found.set(call.text(2) ?? "", call.text(3) ?? "") ? call.ok() : call.fail();
		case 4:
			return answer(call, "+SAPBR:", ...found.settings);
		default:
			return call.fail();
	}
}

function openBearer(call: Call, found: AppBearer): void {
	if (BEARER.closed !== found.state) return call.fail();
	found.open(up => {
		if (up) call.ok();
		else call.fail();
	});
}

function init(call: Call): void {
	const ip = ipOf(call.session);
	if (ip.http) return call.fail();
	ip.http = new HttpClient(call.session, ip.bearers);
	call.ok();
}

function terminate(call: Call): void {
	const ip = ipOf(call.session);
	if (!ip.http || ip.http.busy) return call.fail();
	ip.http = undefined;
	call.ok();
}

function setParameter(call: Call): void {
	const { http } = ipOf(call.session);
	const [tag, value] = [call.text(0)?.toUpperCase() ?? "", call.args[1]?.text];
	if (!http || !PARAMETERS.includes(tag) || undefined === value) return call.fail();
	http.parameters.set(tag, value);
	call.ok();
}

function readParameters(call: Call): void {
	const { http } = ipOf(call.session);
	if (!http) return call.fail();
	answer(call, "+HTTPPARA:", ...PARAMETERS.map(tag => `${tag}: ${http.parameters.get(tag) ?? ""}`));
}

/** AT+HTTPDATA=bytes,ms: DOWNLOAD, then so many bytes, or as many as come in that time. */
function takeData(call: Call): void {
	const { http } = ipOf(call.session);
	const [length, timeMs] = [call.number(0, 0, DATA_MAX), call.number(1, 1000, 120_000)];
	if (!http || undefined === length || undefined === timeMs) return call.fail();
	const finish = (bytes: Uint8Array) => {
		http.data = bytes;
		call.ok();
	};
	if (0 === length) return finish(new Uint8Array(0));
	const symbol = "\r\nDOWNLOAD\r\n";
	collect(call, { length, limit: length, endsAfterMs: timeMs, symbol, newLine: "", onData: finish, onEscape: () => call.ok() });
}

function act(call: Call): void {
	const { session } = call;
	const { http, rules } = ipOf(session);
	const method = call.number(0, 0, 2);
	if (!http || http.busy || undefined === method || !http.parameters.get("URL")) return call.fail();
	call.ok();
	http.request(method, (status, bytes) => session.urc(`+HTTPACTION:${rules.blank}${method},${status},${bytes}`));
}

function read(call: Call): void {
	const { http, rules } = ipOf(call.session);
	const start = call.optional(0, 0, DATA_MAX, 0);
	const length = call.optional(1, 1, DATA_MAX, DATA_MAX);
	if (!http || undefined === start || undefined === length) return call.fail();
	const body = http.body?.subarray(start, start + length);
	if (!body || 0 === body.length) return call.ok();
	call.session.framing.block(`+HTTPREAD:${rules.blank}${body.length}`, body);
	call.ok();
}

function locate(call: Call): void {
	const { world } = call.session;
	const { bearers } = ipOf(call.session);
	const [type, id] = [call.number(0, 1, 2), call.number(1, 1, 3)];
	if (undefined === type || undefined === id) return call.fail();
	call.after(world.timing.locationMs, () => {
		const { calendar } = world.radio;
		if (!bearers[id - 1]?.address) return answer(call, `+CIPGSMLOC: ${LOCATION_FAILED}`);
		const place = 1 === type ? "121.354848,31.221402," : "";
		answer(call, `+CIPGSMLOC: 0,${place}${calendar.longText}`);
	});
}

function ping(call: Call): void {
	const { air, world } = call.session;
	const [host, count] = [call.text(0), call.optional(1, 1, 100, PINGS)];
	if (undefined === host || undefined === count || undefined === ipOf(call.session).address) return call.fail();
	air.resolve(host, addresses => {
		const [address] = addresses;
		if (undefined === address) return call.fail(CME.dnsFailed);
		const tenths = Math.max(1, Math.round(world.radio.roundTripMs / 100));
		const line = (index: number) => `+CIPPING: ${index + 1},"${address}",${tenths},${PING_TTL}`;
		call.after(count * world.radio.roundTripMs, () => answer(call, ...Array.from({ length: count }, (_, index) => line(index))));
	});
}

export const HTTP_COMMANDS: readonly Command[] = [
	{ name: "+SAPBR", set: bearer, test: "(0-5),(1-3),(CONTYPE,PHONENUM,APN,USER,PWD,RATE)" },
	{ name: "+HTTPINIT", run: init, test: "" },
	{ name: "+HTTPTERM", run: terminate, test: "" },
	{ name: "+HTTPPARA", read: readParameters, set: setParameter, test: "" },
	{ name: "+HTTPDATA", set: takeData, test: `(0-${DATA_MAX}),(1000-120000)` },
	{ name: "+HTTPACTION", set: act, test: "(0-2)" },
	{ name: "+HTTPREAD", run: read, set: read, test: `(0-${DATA_MAX}),(1-${DATA_MAX})` },
	{
		name: "+HTTPSSL",
		read: call => {
			const { http } = ipOf(call.session);
			if (http) answer(call, `+HTTPSSL: ${http.secure ? 1 : 0}`);
			else call.fail();
		},
		set: call => {
			const { http } = ipOf(call.session);
			const value = call.number(0, 0, 1);
			if (!http || undefined === value) return call.fail();
			http.secure = 1 === value;
			call.ok();
		},
		test: "(0,1)",
	},
	{ name: "+CIPGSMLOC", set: locate, test: "(1,2),(1-3)" },
	{ name: "+CIPPING", set: ping, test: "" },
];
