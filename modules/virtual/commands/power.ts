/* Functionality and sleep: AT+CFUN, AT+CSCLK. */
import type { Call } from "../at/call.js";
import { answer, type Command, setting } from "../at/command.js";

const FULL = 1;
const MINIMUM = 0;
const RADIO_OFF = 4;

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
	if ("first" === world.model.boot.restartOk) call.ok();
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

export const POWER_COMMANDS: readonly Command[] = [
	{
		name: "+CFUN",
		read: call => answer(call, `+CFUN: ${call.session.functionality}`),
		set: setFunctionality,
		test: "(0,1,4),(0,1)",
	},
	setting(
		"+CSCLK",
		[0, 2],
		({ sleep }) => sleep.mode,
		({ sleep }, value) => sleep.setMode(value),
	),
];
