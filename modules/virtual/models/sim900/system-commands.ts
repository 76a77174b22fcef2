/* Power, supply, SIM and network, as far as these models have commands of their own for them. */
import type { Call } from "../../at/call.js";
import { answer, type Command, inert, setting } from "../../at/command.js";
import { readCard } from "../../commands/sim.js";

function powerDown(call: Call): void {
	const urgent = call.number(0, 0, 1);
	if (undefined === urgent) return call.fail();
	call.session.power.switchOff(1 === urgent); // no result code: the farewell is the answer
}

function charge(call: Call): void {
	const { percent, mv } = call.session.supply;
	answer(call, `+CBC: 0,${percent},${mv}`);
}

export const SYSTEM_COMMANDS: readonly Command[] = [
	{ name: "+CPOWD", set: powerDown },
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
	{
		name: "+SPIC",
		run: call => {
			const { triesLeft, pukTriesLeft } = call.session.sim.card;
			readCard(call, () => `+SPIC: ${triesLeft},3,${pukTriesLeft},10`);
		},
	},
	{ name: "+CCID", run: call => readCard(call, ({ sim }) => sim.card.iccid), test: "" },
	{
		name: "+CSMINS",
		read: call => answer(call, `+CSMINS: ${call.session.simReports},${call.session.sim.card.inserted ? 1 : 0}`),
		set: call => {
			const reports = call.number(0, 0, 1);
			if (undefined === reports) return call.fail();
			call.session.simReports = reports;
			call.ok();
		},
		test: "(0,1)",
	},
	inert("+CSDT", [0, 1], 0),
	{ name: "+CSPN", read: call => answer(call, `+CSPN: "${call.session.world.radio.operator}",0`), sim: "cme" },
	{ name: "+CCALR", read: call => answer(call, `+CCALR: ${call.session.boot.callReady ? 1 : 0}`), test: "(0,1)" },
	setting(
		"+CIURC",
		[0, 1],
		({ memory }) => memory.callReadyReports,
		({ memory }, value) => {
			memory.callReadyReports = value;
		},
	),
	inert("+CBATCHK", [0, 1], 0),
	inert("+CGMSCLASS", [0, 12], 12),
	inert("+CGSMS", [0, 3], 1),
	inert("+CFGRI", [0, 2], 0),
	inert("+CNETLIGHT", [0, 1], 1),
	inert("+CUSACC", [0, 1], 0),
];
