/* Identity, power, SIM and network of the Quectel modules. */
import type { Call } from "../../at/call.js";
import { answer, type Command, inert, setting } from "../../at/command.js";
import { SHARED_COMMANDS } from "../../commands/index.js";
import { readCard } from "../../commands/sim.js";
import { qiOf } from "./qi.js";
import { quirksOf } from "./quirks.js";

/** What the network still wants a modem to wait that it has refused. */
const BACKOFF_SECONDS = 720;
const PORTS = ["uart1", "usbat", "usbmodem", "all"];

/** AT+QPOWD[=1]: OK, then POWERED DOWN; =0: at once. */
function powerDown(call: Call): void {
	const { uart, power } = call.session;
	const orderly = call.optional(0, 0, 1, 1);
	if (undefined === orderly) return call.fail();
	call.ok();
	uart.whenSent(() => power.switchOff(1 === orderly));
}

/** AT+QURCCFG="urcport"[,"port"]. */
function urcConfig(call: Call): void {
	const port = call.text(1)?.toLowerCase();
	if ("urcport" !== call.text(0)?.toLowerCase() || (undefined !== port && !PORTS.includes(port))) return call.fail();
	if (undefined === port) return answer(call, `+QURCCFG: "urcport","${qiOf(call.session).urcPort}"`);
	qiOf(call.session).urcPort = port;
	call.ok();
}

/** AT+QINISTAT: 1 the SIM, 2 short messages, 4 the phone book. */
function initialized(call: Call): void {
	const { sim, boot } = call.session;
	answer(call, `+QINISTAT: ${boot.callReady ? 7 : "ready" === sim.state ? 1 : 0}`);
}

function tries(call: Call): void {
	const { triesLeft, pukTriesLeft } = call.session.sim.card;
	readCard(call, () => `+QPINC: "SC",${triesLeft},${pukTriesLeft}`);
}

function cell(call: Call): void {
	const { registration, world } = call.session;
	answer(
		call,
		registration.registered ? `+QNWINFO: "FDD LTE","${world.radio.operatorCode}","LTE BAND 3",1575` : "+QNWINFO: No Service",
	);
}

/** Choosing the operator anew sets the scan mode back. */
function selectOperator(call: Call): void {
	qiOf(call.session).config.delete("nwscanmode");
	shared("+COPS").set!(call);
}

function shared(name: string): Command {
	return SHARED_COMMANDS.find(command => name === command.name)!;
}

export function systemCommands(model: string, revision: string): readonly Command[] {
	const line = (names: readonly string[], text: (call: Call) => string): Command[] =>
		names.map(name => ({ name, run: call => answer(call, text(call)), test: "" }));
	return [
		{ name: "I", run: call => answer(call, "Quectel", model, `Revision: ${revision}`) },
		...line(["+CGMI", "+GMI"], () => "Quectel"),
		...line(["+CGMM", "+GMM"], () => model),
		...line(["+CGMR", "+GMR"], () => revision),
		...line(["+CGSN", "+GSN"], ({ session }) => session.imei),
		{ name: "+QPOWD", run: powerDown, set: powerDown, test: "(0,1)" },
		{ name: "+QURCCFG", set: urcConfig, test: `"urcport",(${PORTS.map(port => `"${port}"`).join(",")})` },
		{ name: "+QINISTAT", run: initialized, test: "(0-7)" },
		{ name: "+QPINC", set: tries, read: tries, test: '("SC")' },
		{ name: "+QCCID", run: call => readCard(call, ({ sim }) => `+QCCID: ${sim.card.iccid}`), test: "" },
		{ name: "+QNWINFO", run: cell, test: "" },
		{
			name: "+QNWCFG",
			set: call => {
				const refused = "denied" === call.session.world.radio.registers;
				if ("backoff" !== call.text(0)) call.fail();
				else answer(call, `+QNWCFG: "backoff",${refused ? BACKOFF_SECONDS : 0}`);
			},
		},
		{ ...shared("+COPS"), set: selectOperator },
		{
			...shared("+CGACT"),
			set: call => {
				if (!quirksOf(call.session).cgactHangs) shared("+CGACT").set!(call);
			},
		},
		{
			...setting(
				"+QSCLK",
				[0, 1],
				({ sleep }) => sleep.mode,
				({ sleep }, value) => sleep.setMode(value),
			),
			sim: "cme",
		},
		{ name: "+CBC", run: call => answer(call, `+CBC: 0,${call.session.supply.percent},${call.session.supply.mv}`), test: "" },
		inert("+CTZU", [0, 3], 0),
		inert("+CTZR", [0, 2], 0),
	];
}
