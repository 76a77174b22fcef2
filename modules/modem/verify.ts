/*
 * Asks the modem whether what the driver believes of it still holds, when an unsolicited result may have been lost, or has
 * come that means several things.
 *
 * With one byte lost the modem refuses any command, so nothing is concluded from one refusal. AT+CMEE=1, which the driver
 * has set, tells a restart from everything else: after a restart it is 0.
 */

import type { AtClient } from "../at/client.js";
import { type Command, Refusal } from "../at/command.js";
import { ModemError } from "../core/errors.js";
import type { Bearer } from "./bearer.js";
import type { BringUp } from "./bring-up.js";
import { ERROR_MODE, LOCAL_ADDRESS, REGISTRATION } from "./commands.js";
import type { Registration } from "./registration.js";

export interface VerifierOptions {
	readonly client: AtClient;
	readonly bearer: Bearer;
	readonly registration: Registration;
	readonly bringUp: BringUp;
}

export class Verifier {
	private readonly options: VerifierOptions;
	private all: Promise<void> | undefined;
	private ofBearer: Promise<ModemError | undefined> | undefined;

	constructor(options: VerifierOptions) {
		this.options = options;
	}

	/** Everything that is told by unsolicited results, and not by the connections themselves. */
	verify(): Promise<void> {
		this.all ??= this.verifyAll().finally(() => {
			this.all = undefined;
		});
		return this.all;
	}

	/** Without an address there is no bearer: gives the error, which all have been told then. */
	verifyBearer(): Promise<ModemError | undefined> {
		this.ofBearer ??= this.checkBearer().finally(() => {
			this.ofBearer = undefined;
		});
		return this.ofBearer;
	}

	/** True: the modem has restarted, and all have been told. */
	async verifyRestart(): Promise<boolean> {
		for (let asked = 0; asked < 2; asked++) {
			if (!this.isSetUp) return false;
			const mode = await this.ask(ERROR_MODE);
			if (undefined === mode || 1 === mode) return false;
		}
		if (!this.isSetUp) return false;
		this.options.bringUp.reset(restarted());
		return true;
	}

	private async verifyAll(): Promise<void> {
		if (await this.verifyRestart()) return;
		const { registration } = this.options;
		const state = this.isSetUp ? await this.ask(REGISTRATION) : undefined;
		if ("number" === typeof state) registration.onChange("gsm", state);
		await this.verifyBearer();
	}

	private async checkBearer(): Promise<ModemError | undefined> {
		const { bearer, bringUp } = this.options;
		for (let asked = 0; asked < 2; asked++) {
			if (undefined === bearer.address) return undefined; // all have been told
			if (!((await this.ask(LOCAL_ADDRESS)) instanceof Refusal)) return undefined;
		}
		if (undefined === bearer.address) return undefined;
		const error = new ModemError("BEARER_LOST", "the bearer is gone, and what the modem said of it was lost");
		if (!(await this.verifyRestart()) && undefined !== bearer.address) bringUp.onBearerLost(error);
		return error;
	}

	private get isSetUp(): boolean {
		const { kind } = this.options.bringUp.state;
		return "off" !== kind && "starting" !== kind;
	}

	/** Undefined: no answer; whoever waits for one is told by the client. */
	private async ask<T>(command: Command<T>): Promise<T | Refusal | undefined> {
		try {
			return await this.options.client.ask(command);
		} catch {
			return undefined;
		}
	}
}

export function restarted(): ModemError {
	return new ModemError("MODEM_RESTARTED", "the modem restarted or switched itself off: check its supply");
}
