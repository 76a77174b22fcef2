/*
 * What the modem does with the bytes that it hears: command lines, echo, data after a prompt.
 *
 * While a command is carried out, what the host sends is lost: the manual demands to wait for the final result, and no
 * log shows more than that. Only the LF behind the line's own CR is still taken as part of the line.
 */
import { bytesOf, CR, LF } from "../bytes.js";
import type { LineRules } from "../models/model.js";
import type { Session } from "../session.js";
import { Call, type Outcome } from "./call.js";
import { handlerOf } from "./command.js";
import { type ParsedCommand, parseLine } from "./line.js";

/** Takes data from the host; returns how many bytes it took: fewer than given when it needs no more. */
export type Taker = (bytes: Uint8Array) => number;

const AT = 2; // letters

export class Interpreter {
	readonly #session: Session;
	#line = "";
	#lineLength = 0; // goes on when the line is too long to keep
	#lastLine = "";
	#running = false;
	#afterReturn = false;
	#taker: Taker | undefined;
	#endActivity: (() => void) | undefined;
	#echo: number[] = [];

	constructor(session: Session) {
		this.#session = session;
	}

	/** Whether a line is being carried out. */
	get busy(): boolean {
		return this.#running;
	}

	get #rules(): LineRules {
		return this.#session.world.model.lines;
	}

	receive(bytes: Uint8Array): void {
		for (let index = 0; index < bytes.length; ) {
			if (this.#taker) index += this.#taker(bytes.subarray(index));
			else this.#take(bytes[index++]!);
		}
		this.#flushEcho();
	}

	/** Sends `bytes` back if echo is on. */
	echo(bytes: Uint8Array): void {
		if (this.#session.profile.echo && bytes.length > 0) this.#session.framing.raw(bytes);
	}

	prompt(symbol: string, taker: Taker): void {
		this.#session.uart.whenSent(() => {
			this.#session.framing.raw(bytesOf(symbol));
			this.#waitForHost();
			this.#taker = taker;
			this.#session.world.faults.moment("prompt");
		});
	}

	endPrompt(): void {
		this.#taker = undefined;
		if (this.#running) this.#endActivity ??= this.#session.world.activity.begin();
	}

	/** The port belongs to `taker` until `undivert`: transparent mode. */
	divert(taker: Taker): void {
		this.#taker = taker;
	}

	undivert(): void {
		this.#taker = undefined;
		this.#clearLine();
	}

	#waitForHost(): void {
		this.#endActivity?.();
		this.#endActivity = undefined;
	}

	#take(byte: number): void {
		const afterReturn = this.#afterReturn;
		this.#afterReturn = false;
		if (LF === byte) {
			// the LF of CR LF is no part of a line, whether it is echoed or not
			if ((!this.#running || afterReturn) && this.#rules.echoesLineFeed) this.#echoByte(byte);
		} else if (!this.#running) {
			this.#echoByte(byte);
			this.#addToLine(byte);
		}
	}

	#addToLine(byte: number): void {
		if (CR === byte) this.#endLine();
		else if (byte === this.#session.profile.registers[5]) this.#backspace();
		else if (this.#lineLength < AT) this.#addToPrefix(String.fromCharCode(byte));
		else {
			if (this.#lineLength < this.#rules.longest + AT) this.#line += String.fromCharCode(byte);
			this.#lineLength++;
		}
	}

	/** Whatever comes before AT is no part of a line. */
	#addToPrefix(character: string): void {
		if ("/" === character && 1 === this.#lineLength) return this.#run(this.#lastLine);
		if (this.#rules.prefixes.includes(this.#line + character)) this.#line += character;
		else this.#line = "A" === character.toUpperCase() ? character : "";
		this.#lineLength = this.#line.length;
	}

	#backspace(): void {
		if (this.#lineLength <= AT || this.#lineLength > this.#rules.longest) return;
		this.#line = this.#line.slice(0, -1);
		this.#lineLength--;
	}

	#endLine(): void {
		this.#afterReturn = true;
		const counted = this.#lineLength - (this.#rules.countsPrefix ? 0 : AT);
		const line = this.#line.slice(AT);
		const complete = this.#lineLength >= AT;
		this.#clearLine();
		if (!complete) return;
		if (counted > this.#rules.longest) return this.#run(undefined);
		this.#lastLine = line;
		this.#run(line);
	}

	#clearLine(): void {
		this.#line = "";
		this.#lineLength = 0;
	}

	/** Carries a line out; undefined: one that can't be. */
	#run(line: string | undefined): void {
		const { world, uart } = this.#session;
		this.#clearLine();
		this.#flushEcho();
		this.#running = true;
		this.#endActivity ??= world.activity.begin();
		const commands = undefined === line ? undefined : parseLine(line, this.#rules);
		// At low rates the LF of CR LF needs longer to arrive than the modem to answer: it is still the line's.
		const latencyMs = Math.max(world.timing.commandMs, 25_000 / uart.baud) + world.faults.latencyMs();
		world.schedule.after(latencyMs, () => this.#step(commands, 0));
	}

	#step(commands: readonly ParsedCommand[] | undefined, index: number): void {
		if (!commands) return this.#endRun("failed", true);
		const command = commands[index];
		if (!command) return this.#endRun("ok");
		const call = new Call(this.#session, command, outcome => this.#next(commands, index, outcome));
		const handler = handlerOf(this.#session.world.model.commands, command);
		const { faults } = this.#session.world;
		if (faults.chance(faults.ignoreRate)) this.#endRun("ended");
		else if (handler && !faults.chance(faults.errorRate)) handler(call);
		else call.refuse();
	}

	#next(commands: readonly ParsedCommand[], index: number, outcome: Outcome): void {
		if ("failed" === outcome || index + 1 === commands.length) return this.#endRun(outcome);
		this.#step(commands, index + 1);
	}

	#endRun(outcome: Outcome, unexplained = false): void {
		const { framing } = this.#session;
		if ("ok" === outcome) framing.result("OK");
		if (unexplained) framing.error();
		this.#running = false;
		this.#waitForHost();
	}

	#echoByte(byte: number): void {
		if (this.#session.profile.echo) this.#echo.push(byte);
	}

	#flushEcho(): void {
		if (0 === this.#echo.length) return;
		this.#session.framing.raw(Uint8Array.from(this.#echo));
		this.#echo = [];
	}
}
