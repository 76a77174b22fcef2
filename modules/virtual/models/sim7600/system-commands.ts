/* Identity, power, rate, SIM and cell of the NETOPEN family. */
import type { Call } from "../../at/call.js";
import { answer, type Command, inert, setting } from "../../at/command.js";
import { CME } from "../../at/errors.js";
import { restart } from "../../commands/power.js";
import { readCard } from "../../commands/sim.js";
import { quirksOf } from "./quirks.js";

export interface Identity {
	readonly manufacturer: string;
	readonly model: string;
	/** Line by line. */
	readonly revision: readonly [string, ...string[]];
	readonly capabilities: string;
	/** Behind the colon of what is empty. */
	readonly blank: "" | " ";
}

/** AT+CPOF: OK, then off. */
function powerOff(call: Call): void {
	const { uart, power } = call.session;
	call.ok();
	uart.whenSent(() => power.switchOff(true));
}

/** AT+IPREX: kept, while AT+IPR is not. */
function keepRate(call: Call): void {
	const { uart, memory, world } = call.session;
	const rates = [0, ...world.model.port.rates];
	const baud = call.number(0, 0, Math.max(...rates));
	if (undefined === baud || !rates.includes(baud)) return call.fail();
	memory.baud = baud;
	call.session.rate = baud;
	call.ok();
	world.schedule.after(0, () => uart.changeBaud(baud));
}

function cell(call: Call): void {
	const { registration, world } = call.session;
	const { operatorCode: code, cell: id, areaCode } = world.radio;
	if (!registration.registered) return answer(call, "+CPSI: NO SERVICE,Online");
	const place = `${code.slice(0, 3)}-${code.slice(3)},0x${areaCode},${Number.parseInt(id, 16)}`;
	answer(call, `+CPSI: LTE,Online,${place},257,EUTRAN-BAND3,1575,5,5,-94,-860,-570,15`);
}

/** Refused while the context works all the same, in some networks. */
export function refuseActivation(call: Call): void {
	call.fail(CME.notSubscribed);
	call.session.urc("+CGEV: ME PDN DEACT 1");
}

export function systemCommands({ manufacturer, model, revision, capabilities, blank }: Identity): readonly Command[] {
	const identity = (imei: string) => [
		`Manufacturer: ${manufacturer}`,
		`Model: ${model}`,
		`Revision: ${revision[0]}`,
		...revision.slice(1),
		`QCN:${blank}`,
		`IMEI: ${imei}`,
		`MEID:${blank}`,
		`+GCAP: ${capabilities}`,
		`DeviceInfo:${blank}`,
	];
	const line = (names: readonly string[], text: string): Command[] =>
		names.map(name => ({ name, run: call => answer(call, text), test: "" }));
	return [
		{ name: "+SIMCOMATI", run: call => answer(call, ...identity(call.session.imei)) },
		{ name: "I", run: call => answer(call, ...identity(call.session.imei).filter(one => !/^(QCN|MEID|Dev)/.test(one))) },
		...line(["+CGMI", "+GMI"], manufacturer),
		...line(["+CGMM", "+GMM"], model),
		...line(["+CGMR", "+GMR"], `+CGMR: ${revision[0]}`),
		...["+CGSN", "+GSN"].map(name => ({ name, run: (call: Call) => answer(call, call.session.imei), test: "" })),
		{ name: "+CPOF", run: powerOff, test: "" },
		{ name: "+CRESET", run: restart, test: "" },
		{
			name: "+IPREX",
			read: call => answer(call, `+IPREX: ${call.session.memory.baud}`),
			set: keepRate,
			test: ({ world }) => `(0,${world.model.port.rates.join(",")})`,
		},
		{
			name: "+SPIC",
			run: call => {
				const { triesLeft, pukTriesLeft } = call.session.sim.card;
				readCard(call, () => `+SPIC: ${triesLeft},${pukTriesLeft},0,10`);
			},
		},
		{
			name: "+CICCID",
			run: call => {
				const { iccidPrefix } = quirksOf(call.session);
				readCard(call, ({ sim }) => `${iccidPrefix ? "+ICCID: " : ""}${sim.card.iccid}`);
			},
			test: "",
		},
		{ name: "+CPSI", read: cell, set: call => call.ok(), test: "(0-255)" },
		{ name: "+CBC", run: call => answer(call, `+CBC: ${(call.session.supply.mv / 1000).toFixed(3)}V`), test: "" },
		setting(
			"+CTZU",
			[0, 1],
			({ memory }) => memory.networkTime,
			({ memory }, value) => {
				memory.networkTime = value;
			},
		),
		inert("+CTZR", [0, 1], 0),
		inert("+CNMP", [2, 109], 2),
		inert("+CVALARM", [0, 1], 0),
		inert("+CPMVT", [0, 1], 1),
	];
}
