/* Short messages: AT+CMGS, AT+CMGR, AT+CMGL, AT+CMGD, and the settings around them. */
import type { Call } from "../at/call.js";
import { answer, type Command, setting } from "../at/command.js";
import { collect } from "../at/data-entry.js";
import { CMS } from "../at/errors.js";
import { bytesOfHex, textOf } from "../bytes.js";
import { septetsOf } from "../services/gsm-text.js";
import { CHARSETS, type Charset, type Messages, STATUS_TEXTS, type StoredMessage } from "../services/messages.js";
import { decodeSubmit, type Submission } from "../services/pdu.js";

const TEXT_MAX = 160;
const UCS2_MAX = 70;
const PDU_MAX = 400; // characters
const ALL = 4;
/** AT+CMGD=n,1 to 4: which of them go as well. */
const DELETED = [[], [1], [1, 3], [1, 2, 3], [0, 1, 2, 3]] as const;
const DELETED_BY_NAME: Readonly<Record<string, readonly number[]>> = {
	"DEL READ": [1],
	"DEL UNREAD": [0],
	"DEL SENT": [3],
	"DEL UNSENT": [2],
	"DEL INBOX": [0, 1],
	"DEL ALL": [0, 1, 2, 3],
};

function send(call: Call): void {
	const { messages, registration } = call.session;
	const pduBytes = messages.textMode ? undefined : call.number(0, 1, 164);
	const number = messages.textMode ? messages.decodeNumber(call.text(0) ?? "") : "";
	if (messages.textMode ? !/^\+?[0-9*#]{1,20}$/.test(number) : undefined === pduBytes) return call.failSms(CMS.notAllowed);
	const submit = (bytes: Uint8Array) => {
		if (!registration.registered) return call.failSms(CMS.noNetwork);
		const message = undefined === pduBytes ? textMessage(messages, number, bytes) : pduMessage(bytes, pduBytes);
		if ("object" === typeof message) deliver(call, message);
		else if (undefined === message) call.refuse();
		else call.failSms(message);
	};
	collect(call, {
		length: 0,
		limit: messages.textMode ? 4 * TEXT_MAX : PDU_MAX,
		endsAfterMs: 0,
		symbol: "\r\n> ",
		newLine: messages.textMode ? "\r\n> " : "",
		onData: submit,
		onEscape: () => call.ok(),
	});
}

/** @returns undefined when it is too long */
function textMessage(messages: Messages, to: string, bytes: Uint8Array): Submission | number | undefined {
	const text = messages.decode(bytes);
	if (undefined === text) return CMS.invalidText;
	const septets = septetsOf(text);
	return (septets ? septets.length > TEXT_MAX : text.length > UCS2_MAX) ? undefined : { to, text };
}

function pduMessage(bytes: Uint8Array, length: number): Submission | number {
	const pdu = bytesOfHex(textOf(bytes).trim());
	return (pdu && decodeSubmit(pdu, length)) ?? CMS.invalidPdu;
}

function deliver(call: Call, message: Submission): void {
	const { messages, sim, world } = call.session;
	const centre = world.radio.messages;
	call.after(world.timing.messageSendMs, () => {
		messages.lastReference = (messages.lastReference + 1) & 0xff;
		answer(call, `+CMGS: ${messages.lastReference}`);
		centre.onSubmit?.(message);
		if (message.to !== sim.card.number) return;
		world.schedule.after(world.timing.messageDeliverMs, () => centre.loop(sim.card.number, message));
	});
}

function read(call: Call): void {
	const { messages, world } = call.session;
	const stored = messages.store.get(call.number(0, 0, 255) ?? -1);
	if (!stored) return "ok" === world.model.emptyMessage ? call.ok() : call.failSms(CMS.invalidIndex);
	const { message } = stored;
	const header = messages.textMode
		? `+CMGR: "${STATUS_TEXTS[stored.status]}",${messages.numberText(message.from)},"",${messages.timeText(message)}`
		: `+CMGR: ${stored.status},"",${messages.lengthOf(message)}`;
	if (1 !== call.number(1, 0, 1)) messages.markRead(stored);
	answer(call, header, messages.body(message));
}

function list(call: Call): void {
	const { messages, world } = call.session;
	const { textMode } = messages;
	const wanted = textMode ? STATUS_TEXTS.findIndex(text => text === (call.text(0) ?? "REC UNREAD")) : call.optional(0, 0, ALL, 0);
	const peek = 1 === call.number(1, 0, 1);
	if (undefined === wanted || wanted < 0) return call.failSms(CMS.notAllowed);
	call.after(world.timing.messageListMs, () => {
		for (const [index, stored] of messages.store.all()) {
			if (ALL !== wanted && wanted !== stored.status) continue;
			call.info(listHeader(messages, index, stored), messages.body(stored.message));
			if (!peek) messages.markRead(stored);
		}
		call.ok();
	});
}

function listHeader(messages: Messages, index: number, { status, message }: StoredMessage): string {
	if (!messages.textMode) return `+CMGL: ${index},${status},"",${messages.lengthOf(message)}`;
	return `+CMGL: ${index},"${STATUS_TEXTS[status]}",${messages.numberText(message.from)},"",${messages.timeText(message)}`;
}

function remove(call: Call): void {
	const { store } = call.session.messages;
	const [index, flag] = [call.number(0, 0, 255), call.optional(1, 0, ALL, 0)];
	if (undefined === index || undefined === flag) return call.failSms(CMS.invalidIndex);
	if (0 === flag && (index < store.first - 1 || index > store.last)) return call.failSms(CMS.invalidIndex);
	if (0 === flag) store.delete(index);
	else removeAll(call, DELETED[flag]!);
	call.session.world.radio.messages.push();
	call.ok();
}

function removeAll(call: Call, statuses: readonly number[]): void {
	const { store } = call.session.messages;
	for (const [index, { status }] of store.all()) {
		if (statuses.includes(status)) store.delete(index);
	}
}

/** AT+CMGDA="DEL ALL", in PDU mode a number from 1 to 6. */
function removeByName(call: Call): void {
	const statuses = call.session.messages.textMode
		? DELETED_BY_NAME[call.text(0)?.toUpperCase() ?? ""]
		: Object.values(DELETED_BY_NAME)[(call.number(0, 1, 6) ?? 0) - 1];
	if (!statuses) return call.failSms(CMS.notAllowed);
	removeAll(call, statuses);
	call.ok();
}

function storage(call: Call): string {
	const { used, capacity } = call.session.messages.store;
	return Array.from({ length: 3 }, () => `${used},${capacity}`).join(",");
}

function readStorage(call: Call): void {
	const { used, capacity } = call.session.messages.store;
	answer(call, `+CPMS: ${Array.from({ length: 3 }, () => `"SM",${used},${capacity}`).join(",")}`);
}

function setIndications(call: Call): void {
	const { messages } = call.session;
	const highest = [3, 3, 3, 2, 1];
	const values = highest.map((high, index) => call.optional(index, 0, high, messages.indications[index]!));
	if (values.includes(undefined)) return call.failSms(CMS.notAllowed);
	messages.indications = values as number[];
	call.ok();
}

function setParameters(call: Call): void {
	const { messages } = call.session;
	const values = messages.parameters.map((value, index) => call.optional(index, 0, 255, value));
	if (values.includes(undefined)) return call.failSms(CMS.notAllowed);
	messages.parameters = values as number[];
	call.ok();
}

export const SMS_COMMANDS: readonly Command[] = [
	{ name: "+CMGS", set: send, test: "", sim: "cms" },
	{ name: "+CMGR", set: read, test: "", sim: "cms" },
	{
		name: "+CMGL",
		run: list,
		set: list,
		test: ({ messages }) => (messages.textMode ? `(${STATUS_TEXTS.map(text => `"${text}"`).join(",")})` : "(0-4)"),
		sim: "cms",
	},
	{ name: "+CMGD", set: remove, test: ({ messages }) => `(${messages.store.first}-${messages.store.last}),(0-4)`, sim: "cms" },
	{ name: "+CMGDA", set: removeByName, test: "", sim: "cms" },
	setting(
		"+CMGF",
		[0, 1],
		({ messages }) => (messages.textMode ? 1 : 0),
		({ messages }, value) => {
			messages.textMode = 1 === value;
		},
	),
	{
		name: "+CSCS",
		read: call => answer(call, `+CSCS: "${call.session.messages.charset}"`),
		set: call => {
			const charset = call.text(0)?.toUpperCase() as Charset;
			if (!CHARSETS.includes(charset)) return call.fail();
			call.session.messages.charset = charset;
			call.ok();
		},
		test: `(${CHARSETS.map(charset => `"${charset}"`).join(",")})`,
	},
	{
		name: "+CNMI",
		read: call => answer(call, `+CNMI: ${call.session.messages.indications.join(",")}`),
		set: setIndications,
		test: "(0-3),(0-3),(0,2,3),(0-2),(0,1)",
		sim: "cms",
	},
	{
		name: "+CPMS",
		read: readStorage,
		set: call => answer(call, `+CPMS: ${storage(call)}`),
		test: '("SM"),("SM"),("SM")',
		sim: "cms",
	},
	{
		name: "+CSCA",
		read: call => answer(call, `+CSCA: ${call.session.messages.numberText(call.session.messages.centre)},145`),
		set: call => {
			call.session.messages.centre = call.session.messages.decodeNumber(call.text(0) ?? "");
			call.ok();
		},
		test: "",
		sim: "cms",
	},
	{
		name: "+CSMP",
		read: call => answer(call, `+CSMP: ${call.session.messages.parameters.join(",")}`),
		set: setParameters,
		test: "",
		sim: "cms",
	},
	setting(
		"+CSDH",
		[0, 1],
		({ messages }) => messages.details,
		({ messages }, value) => {
			messages.details = value;
		},
	),
	{
		name: "+CSMS",
		read: call => answer(call, `+CSMS: ${call.session.messages.service},1,1,1`),
		set: call => {
			const service = call.number(0, 0, 1);
			if (undefined === service) return call.failSms(CMS.notAllowed);
			call.session.messages.service = service;
			answer(call, "+CSMS: 1,1,1");
		},
		test: "(0,1)",
	},
];
