/* Calls, USSD, and the phone book's first lines. */
import type { Call } from "../at/call.js";
import { answer, type Command, inert, setting } from "../at/command.js";
import { CME } from "../at/errors.js";
import { bytesOf, hexOf } from "../bytes.js";
import { ucs2Of } from "../services/gsm-text.js";

const USSD = { done: 0, unsupported: 4 } as const;

function dial(call: Call): void {
	const { calls, registration, framing } = call.session;
	const number = call.text(0) ?? "";
	const voice = number.endsWith(";");
	if (undefined !== calls.state) return call.fail();
	if (!voice || !registration.registered) {
		framing.result("NO CARRIER"); // data calls are not there
		return call.end();
	}
	calls.dial(number.slice(0, -1));
	call.ok();
}

function pickUp(call: Call): void {
	if (call.session.calls.answer()) return call.ok();
	call.session.framing.result("NO CARRIER");
	call.end();
}

function hangUp(call: Call): void {
	call.session.calls.hangUp();
	call.ok();
}

function listCalls(call: Call): void {
	const { state, number } = call.session.calls;
	if (undefined === state) return call.ok();
	answer(call, `+CLCC: 1,${2 === state ? 0 : 1},${state},0,0,"${number}",145,""`);
}

/** AT+CUSD=1,"code"[,dcs]: OK at once, the network's text later. */
function ussd(call: Call): void {
	const { session } = call;
	const [mode, code] = [call.number(0, 0, 2), call.text(1)];
	if (undefined === mode) return call.fail();
	session.ussdReports = mode;
	if (undefined === code) return call.ok();
	if (!session.registration.registered) return call.fail(CME.noNetwork);
	call.ok();
	const { messages, world } = session;
	const endActivity = world.activity.begin();
	world.schedule.after(world.timing.ussdMs, () => {
		endActivity();
		const text = world.radio.ussd(messages.decodeNumber(code));
		if (undefined === text) return session.urc(`+CUSD: ${USSD.unsupported}`);
		if ("UCS2" === messages.charset) session.urc(`+CUSD: ${USSD.done}, "${hexOf(ucs2Of(text))}", 72`);
		else session.urc(`+CUSD: ${USSD.done},"${"HEX" === messages.charset ? hexOf(bytesOf(text)) : text}",15`);
	});
}

export const CALL_COMMANDS: readonly Command[] = [
	{ name: "D", run: dial },
	{ name: "A", run: pickUp },
	{ name: "H", run: hangUp },
	{ name: "+CHUP", run: hangUp, test: "" },
	{ ...inert("+CLCC", [0, 1], 0), run: listCalls },
	{
		...setting(
			"+CLIP",
			[0, 1],
			({ calls }) => calls.showNumber,
			({ calls }, value) => {
				calls.showNumber = value;
			},
		),
		sim: "cme",
	},
	inert("+CRC", [0, 1], 0),
	inert("+COLP", [0, 1], 0),
	{
		name: "+CUSD",
		read: call => answer(call, `+CUSD: ${call.session.ussdReports}`),
		set: ussd,
		test: "(0-2)",
		sim: "cme",
	},
	{
		name: "+CPBS",
		read: call => answer(call, '+CPBS: "SM",0,250'),
		set: call => call.ok(),
		test: '("MC","RC","DC","LD","LA","ME","SM","FD","ON","BN","SD","VM","EN")',
		sim: "cme",
	},
	{ name: "+CPBR", set: call => call.ok(), test: "(1-250),40,14", sim: "cme" },
	{ name: "+CPBW", set: call => call.ok(), test: "(1-250),40,(129,145,161),14", sim: "cme" },
];
