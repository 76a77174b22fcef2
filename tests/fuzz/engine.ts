/*
 * The engine, with anything coming from the modem while commands of all kinds are out.
 *
 * It never throws, however the input is cut it does the same, and when the deadlines of what was asked are over it is
 * idle, with each command settled and no timer left, and understands a modem that is in order again.
 */
import { assert } from "chai";
import * as fc from "fast-check";
import { sendATcommand2 } from "../../modules/compat/sendATcommand2.js";
import { ModemError } from "../../modules/core/errors.js";
import { REGISTRATION } from "../../modules/modem/commands.js";
import { type Line, openLine } from "../support/line.js";
import { COMMANDS } from "./params.js";
import type { Fed } from "./properties.js";
import { cuts, piecesOf, stream } from "./streams.js";

type Step =
	| { readonly kind: "say"; readonly text: string }
	| { readonly kind: "send"; readonly command: number }
	| { readonly kind: "sketch"; readonly line: string; readonly expected: string }
	| { readonly kind: "wait"; readonly ms: number }
	| { readonly kind: "attention" }
	| { readonly kind: "inline headers" }
	| { readonly kind: "reopen" };

const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ kind: fc.constant("say" as const), text: stream }) },
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant("send" as const), command: fc.nat({ max: COMMANDS.length - 1 }) }) },
	{
		weight: 2,
		arbitrary: fc.record({
			kind: fc.constant("sketch" as const),
			line: fc.constantFrom("AT+CIPSEND=5", "AT+CIPSEND", "hello", "AT+CIPSTATUS", "AT+CIFSR", 'AT+CIPSTART="TCP","h",1'),
			expected: fc.constantFrom(">", "OK", "", "SEND OK", "CONNECT OK"),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 500, 2_000, 10_000, 80_000) }) },
	{ weight: 1, arbitrary: fc.constant({ kind: "attention" as const }) },
	{ weight: 1, arbitrary: fc.constant({ kind: "inline headers" as const }) },
	{ weight: 1, arbitrary: fc.constant({ kind: "reopen" as const }) },
);

/** The longest that the engine may need for all that can be queued: the limit of CIPSEND, and three questions, for each. */
const ALL_DEADLINES_MS = 17 * (645_000 + 10_000 + 3 * 1_000);

/** Plays the steps and gives all that came of it. */
async function outcomeOf(steps: readonly Step[], cut: (text: string) => readonly string[]): Promise<unknown[]> {
	const talk = new Talk(await openLine({ handlers: {} }), cut);
	for (const one of steps) await talk.take(one);
	await talk.end();
	return talk.outcome;
}

class Talk {
	readonly #line: Line;
	readonly #cut: (text: string) => readonly string[];
	/** What was asked, by number, and what came of it: in which order promises are settled depends on the cuts. */
	readonly #settled = new Map<number, unknown>();
	#asked = 0;

	constructor(line: Line, cut: (text: string) => readonly string[]) {
		this.#line = line;
		this.#cut = cut;
	}

	get outcome(): unknown[] {
		const { pushed, trace, unexplained, unsolicited } = this.#line;
		return [
			[...this.#settled].sort(([one], [other]) => one - other),
			unsolicited,
			unexplained,
			trace,
			pushed.map(({ text }) => text).join(""),
		];
	}

	async take(step: Step): Promise<void> {
		const { clock, client } = this.#line;
		switch (step.kind) {
			case "say":
				for (const piece of this.#cut(step.text)) await this.#line.say(piece);
				return;
			case "send":
				return this.#ask(() => client.send(COMMANDS[step.command]!));
			case "sketch":
				return this.#ask(() => sendATcommand2(client, step.line, step.expected, "ERROR", 1_000));
			case "attention":
				return this.#ask(() => client.attention(500));
			case "wait":
				return clock.advance(step.ms);
			case "inline headers":
				client.inlineHeaders = true;
				return;
			case "reopen":
				client.reopen(9_600);
				return clock.advance(1);
		}
	}

	/** Everything that was asked must be settled, once, by a value or by an error that says what went wrong. */
	async #ask(send: () => Promise<unknown>): Promise<void> {
		const number = this.#asked++;
		try {
			send().then(
				value => this.#settle(number, value),
				error => this.#settle(number, codeOf(error)),
			);
		} catch (error) {
			if (!(error instanceof RangeError)) throw error; // data of the wrong length for what the prompt waits for
			this.#settle(number, "RangeError");
		}
		await this.#line.clock.settle();
	}

	#settle(number: number, value: unknown): void {
		assert.isFalse(this.#settled.has(number));
		this.#settled.set(number, value);
	}

	/** A modem that is in order again is understood again, at the third question at the latest. */
	async #recover(): Promise<void> {
		const { clock, client } = this.#line;
		let state: unknown;
		for (let attempt = 0; attempt < 3 && 5 !== state; attempt++) {
			this.#line.heard();
			client.send(REGISTRATION).then(
				value => {
					state = value;
				},
				() => {},
			);
			for (let turn = 0; turn < 30 && client.busy; turn++) {
				await clock.advance(500);
				await this.#line.say(answerTo(this.#line.heard()));
			}
		}
		assert.equal(state, 5, "works again");
	}

	async end(): Promise<void> {
		const { clock, client } = this.#line;
		await clock.advance(ALL_DEADLINES_MS);
		assert.isFalse(client.busy, "idle when all deadlines are over");
		assert.equal(this.#settled.size, this.#asked, "each command is settled");
		await this.#recover();
		client.close();
		await clock.advance(2);
		assert.equal(clock.pending, 0, "no timer is left");
	}
}

/** What a modem in good order answers to what it has heard. */
function answerTo(heard: string): string {
	return (
		(heard.includes("AT+CMEE?\r") ? "\r\n+CMEE: 1\r\n\r\nOK\r\n" : "") +
		(heard.includes("AT+CREG?\r") ? "\r\n+CREG: 0,5\r\n\r\nOK\r\n" : "")
	);
}

function codeOf(error: unknown): string {
	if (!(error instanceof ModemError)) throw error;
	return error.code;
}

export function engineComesBack(fed: Fed): fc.IAsyncProperty<unknown> {
	return fc.asyncProperty(fc.array(step, { maxLength: 12 }), cuts, async (steps, sizes) => {
		const whole = await outcomeOf(steps, text => [text]);
		assert.deepEqual(await outcomeOf(steps, text => piecesOf(text, sizes)), whole, `in pieces of ${sizes}`);
		for (const one of steps) if ("say" === one.kind) fed.bytes += 2 * one.text.length;
	}) as fc.IAsyncProperty<unknown>;
}
