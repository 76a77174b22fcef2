/*
 * Finds a modem that is on, in whatever state a reboot of the microcontroller left it.
 *
 * It may be in the middle of a line, waiting for the rest of the data of an AT+CIPSEND, in transparent mode, set to
 * answer with digits (ATV0) or not at all (ATQ1), or at another baud rate. Each of these states has bytes that end it and
 * do no harm in the others: ESC ends data entry without a length; "+++" between silences ends transparent mode; line ends
 * complete data of a known length, and are empty commands otherwise. Data that had been begun reaches the peer incomplete:
 * that connection is closed afterwards, with all others.
 *
 * Source: SIM900 AT Command Manual 2.2.12 (+++), 2.2.15 (Q), 2.2.25 (V), 2.2.41 (IPR), 8.2.3; TCPIP Application Note 2.2, 5.1.
 */
import type { AtClient } from "../at/client.js";
import type { Waits } from "../core/waits.js";
import { fixBaud } from "./commands.js";

const ASK_MS = 250;
/** A modem at the right rate answers in 5 ms. */
const ASK_AT_RATE_MS = 100;
/** Autobauding needs a line to find the rate, and answers the next. */
const ASKS = 2;
/** A command of somebody else that takes longer is given up. */
const MOST_BUSY_MS = 90_000;
/** Silence before and after "+++": at least 1000 and 500 ms. */
const SILENCE_BEFORE_MS = 1_050;
const SILENCE_AFTER_MS = 550;
/** The most data that one AT+CIPSEND can wait for. */
const MOST_DATA_BYTES = 1_460;
/** The completed data is sent first, and SEND OK waits for the peer. */
const COMPLETED_ASKS = 12;
const BAUDS = Object.freeze([115_200, 57_600, 9_600, 38_400, 19_200, 4_800, 2_400, 1_200]);

const ESC = 0x1b;
const CR = 0x0d;
const PLUS = 0x2b;
/** "ATE0Q0V1": answers in words. */
const WORDS = Object.freeze([0x41, 0x54, 0x45, 0x30, 0x51, 0x30, 0x56, 0x31]);

export interface ProbeOptions {
	readonly client: AtClient;
	readonly waits: Waits;
	/** The rate that the modem is to have in the end. */
	readonly baud: number;
}

export class Probe {
	private readonly options: ProbeOptions;

	constructor(options: ProbeOptions) {
		this.options = options;
	}

	/** True: the modem takes commands. Waits for commands that others have sent, but not for ever. */
	async answers(): Promise<boolean> {
		const { baud, client, waits } = this.options;
		for (let waitedMs = 0; client.busy && waitedMs < MOST_BUSY_MS; waitedMs += ASK_MS) await waits.sleep(ASK_MS);
		if (client.busy) client.reopen(baud);
		return this.ask(ASKS);
	}

	/** For a modem that does not answer: tries everything once, at most 10 s. True: it takes commands, at the right rate. */
	async find(): Promise<boolean> {
		return (
			(await this.leaveDataEntry()) ||
			(await this.leaveTransparentMode()) ||
			(await this.findRate()) ||
			(await this.completeData()) ||
			// A modem that was just starting when this began has started by now.
			this.ask(ASKS)
		);
	}

	/** Looks for the modem at other rates, and sets it to the right one. The port is at the right one afterwards in any case. */
	async findRate(): Promise<boolean> {
		const { baud, client } = this.options;
		let found = false;
		for (const rate of BAUDS) {
			if (rate === baud) continue;
			try {
				client.reopen(rate);
				found = await this.ask(ASKS, ASK_AT_RATE_MS);
				if (found) await client.send(fixBaud(baud)); // answered at the old rate
			} catch {} // a rate that this port, or the modem, does not have
			if (found) break;
		}
		client.reopen(baud);
		return found && this.ask(ASKS);
	}

	private async ask(times: number, timeoutMs = ASK_MS): Promise<boolean> {
		for (let asked = 0; asked < times; asked++) {
			if (await this.options.client.attention(timeoutMs)) return true;
		}
		return false;
	}

	private leaveDataEntry(): Promise<boolean> {
		this.write(ESC, CR);
		return this.ask(ASKS);
	}

	private async leaveTransparentMode(): Promise<boolean> {
		const { waits } = this.options;
		await waits.sleep(SILENCE_BEFORE_MS);
		this.write(PLUS, PLUS, PLUS);
		await waits.sleep(SILENCE_AFTER_MS);
		this.write(CR, ...WORDS, CR);
		await waits.sleep(ASK_AT_RATE_MS);
		return this.ask(ASKS);
	}

	private completeData(): Promise<boolean> {
		this.options.client.writeRaw(new Uint8Array(MOST_DATA_BYTES).fill(CR));
		return this.ask(COMPLETED_ASKS);
	}

	private write(...bytes: number[]): void {
		this.options.client.writeRaw(Uint8Array.from(bytes));
	}
}
