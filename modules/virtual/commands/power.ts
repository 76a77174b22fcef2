/* Functionality and sleep: AT+CFUN, AT+CSCLK. */
import type { Call } from "../at/call.js";
import { answer, type Command, setting } from "../at/command.js";

const FULL = 1;
const MINIMUM = 0;
const RADIO_OFF = 4;
const RESET = 6;
const OFFLINE = 7;

function setFunctionality(call: Call): void {
	const { functionality, world } = call.session;
	const { values, throughFull } = world.model.functionality;
	const value = call.number(0, MINIMUM, OFFLINE) ?? -1;
	const reset = call.optional(1, 0, 1, 0);
	if (undefined === reset || !values.includes(value)) return call.fail();
	if (RESET === value) return OFFLINE === functionality ? restart(call) : call.fail();
	if (1 === reset) return throughFull && RADIO_OFF === functionality ? call.fail() : restart(call);
	if (value === functionality) return call.ok();
	if (throughFull && FULL !== value && FULL !== functionality) return call.fail();
	if (FULL === value) toFull(call, MINIMUM === functionality);
	else toLess(call, value);
}

/** AT+CFUN=1,1 and its like. */
export function restart(call: Call): void {
	const { session } = call;
	const { boot, functionality } = session.world.model;
	if ("first" === boot.restartOk) call.ok();
	session.farewell(functionality.restartSays);
	session.uart.whenSent(session.restart);
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
	if (!toMinimum && session.world.model.functionality.stored) session.memory.functionality = value;
	session.registration.stop();
	call.after(toMinimum ? session.world.timing.functionalityOffMs : session.world.timing.functionalityOnMs, () => {
		if (toMinimum) {
			session.sim.stop();
			session.urc("+CPIN: NOT READY");
		}
		call.ok();
	});
}

export const POWER_COMMANDS: readonly Command[] = [
	{
		name: "+CFUN",
		read: call => answer(call, `+CFUN: ${call.session.functionality}`),
		set: setFunctionality,
		test: ({ world }) => `(${world.model.functionality.values.join(",")}),(0,1)`,
	},
	setting(
		"+CSCLK",
		[0, 2],
		({ sleep }) => sleep.mode,
		({ sleep }, value) => sleep.setMode(value),
	),
];
