/*
 * Plays a transcript to the client in pieces of a given size, and tells what it made of it, one event a line.
 *
 * What a command gives is told at the end of its step: when a promise is settled depends on how the bytes are cut, what
 * it gives does not.
 */
import type { AtClientOptions } from "../../modules/at/client.js";
import type { Urc } from "../../modules/at/urc.js";
import type { ModemError } from "../../modules/core/errors.js";
import { type Line, openLine, textOf } from "../support/line.js";
import { commandOf } from "./commands.js";
import { escaped, type Transcript } from "./reader.js";

export async function play(transcript: Transcript, pieceBytes: number): Promise<string[]> {
	const player = new Player();
	await player.open();
	await player.play(transcript, pieceBytes);
	return player.events;
}

/** The longest that the modem says in one go: larger pieces make no difference. */
export function longestStep({ steps }: Transcript): number {
	return Math.max(1, ...steps.map(step => ("modem" === step.kind ? step.text.length : 0)));
}

class Player {
	readonly events: string[] = [];
	#line!: Line;
	#outcomes: string[] = [];
	/** Of a counted block that has not ended. */
	#data = "";
	#dataOf = "";

	readonly #handlers: Partial<AtClientOptions> = {
		onUrc: result => this.events.push(textOfResult(result)),
		onUnexplained: line => this.events.push(`? ${escaped(line)}`),
		onPushedData: (slot, bytes, left) => this.#onData(undefined === slot ? "" : ` for ${slot}`, bytes, left),
		onTrace: (direction, line) => {
			if (">" === direction || ">" === line) this.events.push(`${direction} ${line}`);
		},
	};

	async open(): Promise<void> {
		this.#line = await openLine({ handlers: this.#handlers });
	}

	async play({ steps }: Transcript, pieceBytes: number): Promise<void> {
		for (const step of steps) {
			if ("modem" === step.kind) await this.#line.say(step.text, pieceBytes);
			else await this.#drive(step.text);
			this.#endStep();
		}
		this.events.push(this.#line.client.busy ? "(still waiting)" : "(idle)");
		this.#line.client.close();
		await this.#line.clock.advance(2); // the port's own timer
		if (this.#line.clock.pending > 0) this.events.push(`(${this.#line.clock.pending} timers left behind)`);
	}

	async #drive(text: string): Promise<void> {
		const { clock, client } = this.#line;
		if (text.startsWith("wait ")) await clock.advance(Number(text.slice(5)));
		else if ("inline headers" === text) client.inlineHeaders = true;
		else {
			const command = commandOf(text, (bytes, left) => this.#onData(" read", bytes, left));
			client.send(command).then(
				value => this.#outcomes.push(`${command.line} -> ${undefined === value ? "done" : JSON.stringify(value)}`),
				error => this.#outcomes.push(`${command.line} -> ${textOfError(error)}`),
			);
			await clock.settle();
		}
	}

	#onData(whose: string, bytes: Uint8Array, left: number): void {
		this.#dataOf = whose;
		this.#data += textOf(bytes);
		if (0 === left) this.#endData();
	}

	#endData(): void {
		this.events.push(`data${this.#dataOf}: ${this.#data.length} bytes ${escaped(this.#data)}`);
		this.#data = "";
	}

	#endStep(): void {
		this.events.push(...this.#outcomes.splice(0));
	}
}

/** "registration domain=gsm state=1" */
function textOfResult({ kind, ...rest }: Urc): string {
	const properties = Object.entries(rest).filter(([, value]) => undefined !== value);
	return [`! ${kind}`, ...properties.map(([name, value]) => `${name}=${escaped(String(value))}`)].join(" ");
}

function textOfError(error: ModemError): string {
	return undefined === error.reason ? error.code : `${error.code} ${error.reason}`;
}
