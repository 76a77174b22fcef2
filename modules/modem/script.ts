/*
 * Setting the modem up, step by step: commands and pauses that end as soon as the modem restarts.
 *
 * After a restart nothing that was set holds, though the modem answers again within seconds. So the step under way, and
 * each one after it, fails until there is a new beginning.
 */

import type { AtClient } from "../at/client.js";
import { type Command, Refusal } from "../at/command.js";
import type { ModemError } from "../core/errors.js";
import type { Pause, Waits } from "../core/waits.js";

export class Script {
	readonly client: AtClient;
	private readonly waits: Waits;
	private current: Pause | undefined;
	private ended: ModemError | undefined;

	constructor(client: AtClient, waits: Waits) {
		this.client = client;
		this.waits = waits;
	}

	begin(): void {
		this.ended = undefined;
	}

	/** What is under way fails with `error`, and all that follows until the next beginning. The first call counts. */
	end(error: ModemError): void {
		this.ended ??= error;
		this.current?.reject(error);
	}

	/** A refusal is a value. @throws {ModemError} what the client throws but REFUSED, and what `end` was given */
	async once<T>(command: Command<T>): Promise<T | Refusal> {
		this.goOn();
		try {
			return await this.client.ask(command);
		} finally {
			this.goOn();
		}
	}

	/** The same, asked again when it is refused: with one byte lost on the wire the modem refuses any command. */
	async ask<T>(command: Command<T>): Promise<T | Refusal> {
		const answer = await this.once(command);
		return answer instanceof Refusal ? this.once(command) : answer;
	}

	/** The same for a command that the modem must take. @throws {ModemError} REFUSED, and as `once` */
	async send<T>(command: Command<T>): Promise<T> {
		const answer = await this.ask(command);
		if (answer instanceof Refusal) throw answer.toError();
		return answer;
	}

	/** Until `ms` are over, or the modem has told something. */
	async pause(ms: number): Promise<void> {
		this.goOn();
		this.current = this.waits.pause(ms);
		await this.current.promise;
	}

	wake(): void {
		this.current?.resolve();
	}

	private goOn(): void {
		if (this.ended) throw this.ended;
	}
}
