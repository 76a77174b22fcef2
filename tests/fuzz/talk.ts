/*
 * The engine and a modem that keeps to the rules, in all the ways that the rules allow: echo or none, blanks or none,
 * unsolicited results and pushed data at every place between two lines. Nothing may be lost, changed or doubled.
 */
import { assert } from "chai";
import * as fc from "fast-check";
import type { Command } from "../../modules/at/command.js";
import * as commands from "../../modules/modem/commands.js";
import { bytesOf, fetchInto, type Line, openLine, textOf, transmitAll } from "../support/line.js";
import type { Fed } from "./properties.js";
import { cuts, noise, piecesOf } from "./streams.js";

interface Exchange {
	command(onBlock: (bytes: Uint8Array) => void): Command<unknown>;
	/** The lines of the modem; "␣" stands for the blank that some firmware prints and other does not. */
	readonly answer: readonly string[];
	/** Goes out behind the prompt. */
	readonly sent?: string;
	/** Comes behind the first line of the answer. */
	readonly read?: string;
	readonly gives: unknown;
}

/** What comes unasked: bytes, and the kind of result or the data that must reach its owner. */
interface News {
	readonly text: string;
	readonly told: string;
}

interface Style {
	readonly echo: boolean;
	readonly blank: string;
}

const slot = fc.integer({ min: 0, max: 7 });

const exchange: fc.Arbitrary<Exchange> = fc.oneof(
	fc.tuple(slot, noise(120), fc.nat({ max: 1_460 })).map(([slot, read, left]) => ({
		command: (onBlock: (bytes: Uint8Array) => void) => fetchInto(slot, 120, onBlock),
		answer: [`+CIPRXGET:␣2,${slot},${read.length},${left}`, "OK"],
		read,
		gives: { bytes: read.length, left },
	})),
	fc.tuple(slot, noise(60), fc.boolean()).map(([slot, data, well]) => ({
		command: () => transmitAll(slot, bytesOf(`${data}.`)),
		answer: [`${slot},␣SEND ${well ? "OK" : "FAIL"}`],
		sent: `${data}.`,
		gives: well ? undefined : "REFUSED",
	})),
	fc.constantFrom<Exchange>(
		{ command: () => commands.ATTENTION, answer: ["OK"], gives: undefined },
		{ command: () => commands.ATTACH, answer: ["+CME ERROR:␣100"], gives: "REFUSED" },
		{ command: () => commands.REGISTRATION, answer: ["+CREG:␣0,5", "OK"], gives: 5 },
		{ command: () => commands.LOCAL_ADDRESS, answer: ["10.99.152.119"], gives: "10.99.152.119" },
		{ command: () => commands.connectionState(undefined), answer: ["OK", "STATE:␣IP STATUS"], gives: { state: "IP STATUS" } },
		{ command: () => commands.disconnect(3, false), answer: ["3,␣CLOSE OK"], gives: true },
	),
);

const news: fc.Arbitrary<News> = fc.oneof(
	fc.constantFrom<News>(
		{ text: "\r\n+CREG: 2\r\n", told: "registration" },
		{ text: "\r\n+CIPRXGET:␣1,9\r\n", told: "data-ready" },
		{ text: "\r\n9,␣CLOSED\r\n", told: "closed" },
		{ text: "\r\n9,␣CONNECT FAIL\r\n", told: "result" },
		{ text: '\r\n*PSUTTZ: 26/11/22,22:09:23","+04",0\r\n', told: "network-time" },
		{ text: '\r\n+CMT: "+49",,"26/11/22,21:47:27+04"\r\nOK\r\n', told: "sms,sms-text" },
	),
	fc.tuple(slot, noise(60)).map(([slot, data]) => ({
		text: `\r\n+RECEIVE,${slot},${data.length + 1}:\r\n${data}.`,
		told: `data,${slot}${data}.`,
	})),
);

/** News for each place where it may come; most places have none. */
const places = fc.array(
	fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(news, { maxLength: 2 }) }),
	{
		minLength: 5,
		maxLength: 5,
	},
);

/** All that the modem says to one command. */
function wordsOf({ answer, read, sent }: Exchange, line: string, style: Style, places: readonly (readonly News[])[]): string {
	const newsAt = (place: number) => places[place]!.map(one => one.text).join("");
	let words = newsAt(0) + (style.echo ? `${line}\r` : "") + newsAt(1);
	if (undefined !== sent) words += `\r\n> ${style.echo ? sent : ""}${newsAt(2)}`;
	for (const [index, said] of answer.entries()) {
		words += `\r\n${said}\r\n`;
		if (0 === index && undefined !== read) words += read;
		words += newsAt(3 + index);
	}
	return words.replaceAll("␣", style.blank);
}

/** What must have been told, in order: the places that the answer has. */
function toldOf({ answer, sent }: Exchange, places: readonly (readonly News[])[]): string[] {
	const had = [0, 1, ...(undefined === sent ? [] : [2]), ...answer.map((_, index) => 3 + index)];
	return had.flatMap(place => places[place]!.map(one => one.told));
}

/** What was told, in the same form; what the modem pushed is put together again. */
function heardOf(line: Line): string[] {
	const heard: string[] = [];
	const pushed = line.pushed.splice(0);
	for (const result of line.unsolicited.splice(0)) {
		if ("sms-text" === result.kind) heard.push(`${heard.pop()},sms-text`);
		else if ("data" !== result.kind) heard.push(result.kind);
		else {
			let data = "";
			for (let left = 1; left > 0; ) {
				const piece = pushed.shift()!;
				assert.equal(piece.slot, result.slot);
				data += piece.text;
				left = piece.left;
			}
			heard.push(`data,${result.slot}${data}`);
		}
	}
	assert.lengthOf(pushed, 0);
	return heard;
}

export function nothingIsLost(fed: Fed): fc.IAsyncProperty<unknown> {
	const style = fc.record({ echo: fc.boolean(), blank: fc.constantFrom("", " ") });
	const talk = fc.array(fc.tuple(exchange, places), { maxLength: 6 });
	return fc.asyncProperty(talk, style, cuts, async (talk, style, sizes) => {
		const line = await openLine();
		for (const [exchange, places] of talk) fed.bytes += await converse(line, exchange, style, places, sizes);
		assert.deepEqual(line.unexplained, []);
		assert.equal(line.client.damagedLines, 0);
		line.client.close();
	}) as fc.IAsyncProperty<unknown>;
}

/** One command and its answer; gives the bytes that the modem said. */
async function converse(
	line: Line,
	exchange: Exchange,
	style: Style,
	places: readonly (readonly News[])[],
	sizes: readonly number[],
): Promise<number> {
	let read = "";
	const outcomes: unknown[] = [];
	const command = exchange.command(bytes => {
		read += textOf(bytes);
	});
	line.client.send(command).then(
		value => outcomes.push(value),
		error => outcomes.push(error.code),
	);
	await line.clock.advance(20); // no modem answers before the line is out
	const words = wordsOf(exchange, command.line, style, places);
	for (const piece of piecesOf(words, sizes)) await line.say(piece);
	await line.clock.advance(1);
	assert.deepEqual(outcomes, [exchange.gives]);
	assert.equal(read, exchange.read ?? "");
	assert.equal(line.heard(), `${command.line}\r${exchange.sent ?? ""}`);
	assert.deepEqual(heardOf(line), toldOf(exchange, places));
	assert.isFalse(line.client.busy);
	return words.length;
}
