/*
 * Setting the modem up, step by step: commands and pauses that end as soon as the modem restarts.
 *
 * After a restart nothing that was set holds, though the modem answers again within seconds. So the step under way, and
 * each one after it, fails until there is a new beginning.
 */
import type { Command } from "../at/command.js";
import type { Engine } from "../at/engine.js";
import { ModemError } from "../core/errors.js";
import type { Pause, Waits } from "../core/waits.js";

export class Setup {
	readonly engine: Engine;
	readonly #waits: Waits;
	#pause: Pause | undefined;
	#ended: ModemError | undefined;

	constructor(engine: Engine, waits: Waits) {
		this.engine = engine;
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

	/** @throws {ModemError} what the engine throws, and what `end` was given */
	async send<T>(command: Command<T>): Promise<T> {
		this.goOn();
		try {
			return await this.engine.send(command);
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
