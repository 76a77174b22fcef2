/* The line itself: echo, result codes, rate, flow control, and the profile that AT&W keeps. */
import type { Call } from "../at/call.js";
import { answer, type Command, setting } from "../at/command.js";
import { copyProfile, factoryProfile, type Profile } from "../at/profile.js";

/** ATE1 and its like: a number that may be left out, for 0. */
function basic(name: string, high: number, set: (profile: Profile, value: number) => void): Command {
	return {
		name,
		run: call => {
			const value = call.optional(0, 0, high, 0);
			if (undefined === value) return call.refuse();
			set(call.session.profile, value);
			call.ok();
		},
	};
}

function changeRate(call: Call): void {
	const { uart, memory, world } = call.session;
	const { rates, keepsRate } = world.model.port;
	const baud = call.number(0, 0, Math.max(...rates));
	if (undefined === baud || !rates.includes(baud)) return call.fail();
	call.session.rate = baud;
	if ("modem" === keepsRate) memory.baud = baud;
	call.ok();
	// 0 is for the next start; the result code still leaves at the old rate, which the wire sees to
	if (0 !== baud) world.schedule.after(0, () => uart.changeBaud(baud));
}

function readRegister(call: Call): void {
	const value = call.session.profile.registers[call.number(0, 0, 99) ?? -1];
	if (undefined === value) return call.refuse();
	answer(call, `${value}`.padStart(3, "0"));
}

function setRegister(call: Call): void {
	const { registers } = call.session.profile;
	const register = call.number(0, 0, 99) ?? -1;
	const value = call.number(1, 0, 255);
	if (undefined === registers[register] || undefined === value) return call.refuse();
	if ((3 === register && 13 !== value) || (4 === register && 10 !== value) || (5 === register && value > 127))
		return call.refuse();
	registers[register] = value;
	call.ok();
}

export const GENERAL_COMMANDS: readonly Command[] = [
	basic("E", 1, (profile, value) => {
		profile.echo = 1 === value;
	}),
	basic("Q", 1, (profile, value) => {
		profile.quiet = 1 === value;
	}),
	basic("V", 1, (profile, value) => {
		profile.verbose = 1 === value;
	}),
	basic("X", 4, (profile, value) => {
		profile.resultLevel = value;
	}),
	basic("L", 9, () => {}),
	basic("M", 9, () => {}),
	basic("&C", 1, (profile, value) => {
		profile.carrierDetect = value;
	}),
	basic("&D", 2, (profile, value) => {
		profile.dataTerminalReady = value;
	}),
	basic("&F", 0, profile => copyProfile(factoryProfile(), profile)),
	{
		name: "Z",
		run: call => {
			copyProfile(call.session.memory.profile, call.session.profile);
			call.ok();
		},
	},
	{
		name: "&W",
		run: call => {
			const { memory, profile, rate } = call.session;
			copyProfile(profile, memory.profile);
			if ("profile" === call.session.world.model.port.keepsRate) memory.baud = rate;
			call.ok();
		},
	},
	{ name: "S", read: readRegister, set: setRegister },
	{
		name: "+CMEE",
		read: call => answer(call, `+CMEE: ${call.session.framing.errorDetail}`),
		set: call => {
			const detail = call.number(0, 0, 2);
			if (undefined === detail) return call.fail();
			call.session.framing.errorDetail = detail;
			call.ok();
		},
		test: "(0-2)",
	},
	{
		name: "+IPR",
		read: call => answer(call, `+IPR: ${call.session.rate}`),
		set: changeRate,
		test: ({ world }) => `(),(${world.model.port.rates.join(",")})`,
	},
	{
		name: "+IFC",
		read: call => answer(call, `+IFC: ${call.session.profile.hostFlow},${call.session.profile.modemFlow}`),
		set: call => {
			const host = call.number(0, 0, 2);
			const modem = call.optional(1, 0, 2, host ?? 0);
			if (undefined === host || undefined === modem) return call.fail();
			call.session.profile.hostFlow = host;
			call.session.profile.modemFlow = modem;
			call.session.obeyFlow();
			call.ok();
		},
		test: "(0-2),(0-2)",
	},
	{ name: "+ICF", read: call => answer(call, "+ICF: 3,3"), set: call => call.ok(), test: "(1-6),(0-3)" },
	setting(
		"+FCLASS",
		[0, 1],
		session => session.profile.serviceClass,
		(session, value) => {
			session.profile.serviceClass = value;
		},
	),
	{ name: "+GCAP", run: call => answer(call, "+GCAP: +FCLASS,+CGSM") },
];
