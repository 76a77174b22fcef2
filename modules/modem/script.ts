/*
 * Setting the modem up, step by step: commands and pauses that end as soon as the modem restarts.
 *
 * After a restart nothing that was set holds, though the modem answers again within seconds. So the step under way, and
 * each one after it, fails until there is a new beginning.
 */

import type { AtClient } from "../at/client.js";
import type { Command } from "../at/command.js";
import { ModemError } from "../core/errors.js";
import type { Pause, Waits } from "../core/waits.js";

export class Script {
	readonly client: AtClient;
	readonly #waits: Waits;
	#pause: Pause | undefined;
	#ended: ModemError | undefined;

	constructor(client: AtClient, waits: Waits) {
		this.client = client;
		this.#waits = waits;
	}

	begin(): void {
		this.#ended = undefined;
	}

	/** What is under way fails with `error`, and all that follows until the next beginning. The first call counts. */
	end(error: ModemError): void {
		this.#ended ??= error;
		this.#pause?.reject(error);
	}

	/** @throws {ModemError} what the client throws, and what `end` was given */
	async send<T>(command: Command<T>): Promise<T> {
		this.goOn();
		try {
			return await this.client.send(command);
		} finally {
			this.goOn();
		}
	}

	/** The same, but gives `refused` when the modem does not know the command, or does not take it. */
	async sendOr<T, R>(refused: R, command: Command<T>): Promise<T | R> {
		try {
			return await this.send(command);
		} catch (error) {
			if (error instanceof ModemError && "REFUSED" === error.code) return refused;
			throw error;
		}
	}

	/** Until `ms` are over, or the modem has told something. */
	async pause(ms: number): Promise<void> {
		this.goOn();
		this.#pause = this.#waits.pause(ms);
		await this.#pause.promise;
	}

	wake(): void {
		this.#pause?.resolve();
	}

	private goOn(): void {
		if (this.#ended) throw this.#ended;
	}
}
