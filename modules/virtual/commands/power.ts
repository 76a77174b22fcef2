/* Power and functionality: AT+CPOWD, AT+CFUN. */
import type { Call } from "../at/call.js";
import { answer, type Command, inert, setting } from "../at/command.js";

const FULL = 1;
const MINIMUM = 0;
const RADIO_OFF = 4;

function powerDown(call: Call): void {
	const urgent = call.number(0, 0, 1);
	if (undefined === urgent) return call.fail();
	call.session.power.switchOff(1 === urgent); // no result code: the farewell is the answer
}

function setFunctionality(call: Call): void {
	const value = call.number(0, 0, RADIO_OFF);
	const reset = call.optional(1, 0, 1, 0);
	if (undefined === reset || (MINIMUM !== value && FULL !== value && RADIO_OFF !== value)) return call.fail();
	const { functionality } = call.session;
	if (1 === reset) return restart(call);
	if (value === functionality) return call.ok();
	// minimum and radio off are only reached through full functionality
	if (FULL !== value && FULL !== functionality) return call.fail();
	if (FULL === value) toFull(call, MINIMUM === functionality);
	else toLess(call, value);
}

function restart(call: Call): void {
	const { functionality, world, uart, restart: begin } = call.session;
	if (RADIO_OFF === functionality) return call.fail();
	// A SIM800 says OK first, a SIM900 after it has restarted.
	if ("sim800" === world.model) call.ok();
	uart.whenSent(begin);
}

function toFull(call: Call, fromMinimum: boolean): void {
	const { session } = call;
	session.functionality = FULL;
	session.memory.functionality = FULL;
	if (fromMinimum) session.boot.wakeSim();
	else if ("ready" === session.sim.state) session.registration.start();
	call.after(session.world.timing.functionalityOnMs, () => call.ok());
}

function toLess(call: Call, value: number): void {
	const { session } = call;
	const toMinimum = MINIMUM === value;
	session.functionality = value;
	if (!toMinimum) session.memory.functionality = value;
	session.registration.stop();
	call.after(toMinimum ? session.world.timing.functionalityOffMs : session.world.timing.functionalityOnMs, () => {
		if (toMinimum) {
			session.sim.stop();
			session.urc("+CPIN: NOT READY");
		}
		call.ok();
	});
}

function charge(call: Call): void {
	const { percent, mv } = call.session.supply;
	answer(call, `+CBC: 0,${percent},${mv}`);
}

export const POWER_COMMANDS: readonly Command[] = [
	{ name: "+CPOWD", set: powerDown },
	{
		name: "+CFUN",
		read: call => answer(call, `+CFUN: ${call.session.functionality}`),
		set: setFunctionality,
		test: "(0,1,4),(0,1)",
	},
	{ name: "+CBC", run: charge, test: "(0-2),(1-100),(voltage)" },
	{ name: "+CADC", read: call => answer(call, `+CADC: 1,${call.session.supply.adcMv}`), test: "(0,1),(0-2800)" },
	{
		name: "+CMTE",
		read: call => {
			const { temperatureReports, celsius } = call.session.supply;
			answer(call, `+CMTE: ${temperatureReports},${celsius.toFixed(2)}`);
		},
		set: call => {
			const reports = call.number(0, 0, 1);
			if (undefined === reports) return call.fail();
			call.session.supply.temperatureReports = reports;
			call.ok();
		},
		test: "(0,1)",
	},
	setting(
		"+CSCLK",
		[0, 2],
		({ sleep }) => sleep.mode,
		({ sleep }, value) => sleep.setMode(value),
	),
	inert("+CFGRI", [0, 2], 0),
	inert("+CNETLIGHT", [0, 1], 1),
];
