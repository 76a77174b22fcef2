/* The GSM network: registration, signal, operator, GPRS attachment, contexts by AT+CGACT. */
import type { Call } from "../at/call.js";
import { answer, type Command, setting } from "../at/command.js";
import { CME } from "../at/errors.js";
import type { Session } from "../session.js";

const DETACH = 0;
/** AT+COPS=3. */
const FORMAT_ONLY = 3;
/** Letters of an operator's name in the short format. */
const SHORT_NAME = 8;

interface Definition {
	readonly type: string;
	readonly apn: string;
	active: boolean;
}

/** By AT+CGDCONT, of each session. */
const definitions = new WeakMap<Session, Map<number, Definition>>();

/** By AT+COPS: 0 long name, 1 short name, 2 code. */
const operatorFormats = new WeakMap<Session, number>();

function definitionsOf(session: Session): Map<number, Definition> {
	let found = definitions.get(session);
	if (!found) {
		const { model, quirks } = session.world;
		found = new Map(model.network.apns(quirks).map((apn, index) => [index + 1, { type: "IP", apn, active: false }]));
		definitions.set(session, found);
	}
	return found;
}

/** What AT+CGDCONT has given a context. */
export function apnOf(session: Session, id: number): string {
	return definitionsOf(session).get(id)?.apn ?? "";
}

/** In LTE the first context comes with the attachment. */
export function openDefaultContext(session: Session, told: boolean): void {
	const definition = definitionsOf(session).get(1);
	if (!definition) return;
	const { attached, detached } = session.world.model.network;
	const tell = (text: string | undefined) => {
		if (undefined !== text && session.eventReports > 0) session.urc(text);
	};
	definition.active = true;
	session.packetData.open("cgact1", () => {
		definition.active = false;
		tell(detached);
	});
	if (told) tell(attached);
}

export function reports(
	name: "+CREG" | "+CGREG" | "+CEREG",
	field: "registrationReports" | "gprsReports" | "epsReports",
	stat: (session: Session) => number,
): Command {
	return {
		...setting(
			name,
			[0, 2],
			({ memory }) => memory[field],
			({ memory }, value) => {
				memory[field] = value;
			},
		),
		read: call => {
			const { session } = call;
			answer(call, `${name}: ${session.memory[field]},${session.registrationText(session.memory[field], stat(session))}`);
		},
	};
}

function signal(call: Call): void {
	const { world, registration } = call.session;
	const { noSignal, errorRate } = world.model.network;
	const heard = world.radio.covered && registration.heard;
	answer(call, `+CSQ: ${heard ? `${world.radio.signal},${errorRate}` : noSignal}`);
}

function readOperator(call: Call): void {
	const { registration, world } = call.session;
	const { operator, operatorCode } = world.radio;
	const format = operatorFormats.get(call.session) ?? 0;
	const name = [operator, operator.slice(0, SHORT_NAME).trimEnd(), operatorCode][format];
	const { technology } = world.model.network;
	const access = undefined === technology ? "" : `,${technology}`;
	answer(call, registration.registered ? `+COPS: 0,${format},"${name}"${access}` : "+COPS: 0");
}

function selectOperator(call: Call): void {
	const [mode, format] = [call.number(0, 0, 4), call.optional(1, 0, 2, operatorFormats.get(call.session) ?? 0)];
	if (undefined === mode || undefined === format) return call.fail();
	operatorFormats.set(call.session, format);
	call.after(FORMAT_ONLY === mode ? 0 : call.session.world.timing.operatorSelectMs, () => call.ok());
}

function searchOperators(call: Call): void {
	const { timing, radio } = call.session.world;
	call.after(timing.operatorSearchMs, () => {
		const found = radio.covered ? `(2,"${radio.operator}","","${radio.operatorCode}"),` : "";
		answer(call, `+COPS: ${found},(0,1,4),(0,1,2)`);
	});
}

function attach(call: Call): void {
	const { registration, world } = call.session;
	const wanted = call.number(0, 0, 1);
	if (undefined === wanted) return call.fail();
	if (DETACH === wanted) {
		return call.after(registration.attached ? world.timing.detachMs : 0, () => {
			registration.detach();
			call.ok();
		});
	}
	registration.attach(attached => {
		if (attached) call.ok();
		else call.fail(CME.unknown);
	});
}

function defineContext(call: Call): void {
	const found = definitionsOf(call.session);
	const id = call.number(0, 1, call.session.world.model.network.contexts);
	const type = call.text(1);
	if (undefined === id) return call.fail();
	if (undefined === type) found.delete(id);
	else found.set(id, { type, apn: call.text(2) ?? "", active: found.get(id)?.active ?? false });
	call.ok();
}

function readContexts(call: Call): void {
	const { contextText } = call.session.world.model.network;
	const found = [...definitionsOf(call.session)].sort(([a], [b]) => a - b);
	const lines = found.map(([id, { type, apn }]) => `+CGDCONT: ${contextText(id, type, apn)}`);
	if (0 === lines.length) return call.ok();
	answer(call, ...lines);
}

/** AT+CGACT=0|1[,cid]: without a cid all contexts that are defined, one behind the other. */
export function activateContexts(call: Call): void {
	const definitions = definitionsOf(call.session);
	const wanted = call.number(0, 0, 1);
	const ids = undefined === call.text(1) ? [...definitions.keys()] : [call.number(1, 1, 99) ?? 0];
	if (undefined === wanted || !ids.every(id => definitions.has(id))) return call.fail();
	const next = (done: boolean) => {
		const id = ids.shift();
		if (!done) call.fail(CME.gprsUnspecified);
		else if (undefined === id) call.ok();
		else if (1 === wanted) activateContext(call, id, definitions.get(id)!, next);
		else deactivateContext(call, id, definitions.get(id)!, next);
	};
	next(true);
}

function activateContext(call: Call, id: number, definition: Definition, onDone: (up: boolean) => void): void {
	const access = { apn: definition.apn, user: "", password: "" };
	call.session.packetData.activate(
		`cgact${id}`,
		access,
		up => {
			definition.active = up;
			onDone(up);
		},
		() => {
			definition.active = false;
		},
	);
}

function deactivateContext(call: Call, id: number, definition: Definition, onDone: (done: boolean) => void): void {
	const { packetData, world } = call.session;
	call.after(definition.active ? world.timing.deactivateMs : 0, () => {
		definition.active = false;
		packetData.deactivate(`cgact${id}`);
		onDone(true);
	});
}

function readActive(call: Call): void {
	const lines = [...definitionsOf(call.session)].map(([id, { active }]) => `+CGACT: ${id},${active ? 1 : 0}`);
	answer(call, ...(lines.length > 0 ? lines : ["+CGACT: 1,0"]));
}

export const NETWORK_COMMANDS: readonly Command[] = [
	reports("+CREG", "registrationReports", ({ registration }) => registration.stat),
	reports("+CGREG", "gprsReports", ({ gprsStat }) => gprsStat),
	{ name: "+CSQ", run: signal, test: "(0-31,99),(0-7,99)" },
	{ name: "+COPS", read: readOperator, set: selectOperator, query: searchOperators, sim: "cme" },
	{
		name: "+CGATT",
		read: call => answer(call, `+CGATT: ${call.session.registration.attached ? 1 : 0}`),
		set: attach,
		test: "(0,1)",
	},
	{
		name: "+CGDCONT",
		read: readContexts,
		set: defineContext,
		test: ({ world }) => `(1-${world.model.network.contexts}),"IP",,,(0-2),(0,1)`,
	},
	{ name: "+CGACT", read: readActive, set: activateContexts, test: "(0,1)" },
	{ name: "+CPAS", run: call => answer(call, "+CPAS: 0"), test: "(0,2,3,4)" },
];
