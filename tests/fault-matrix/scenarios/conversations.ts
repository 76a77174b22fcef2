/* Messages and answers over connections by promises, one after the other or all at once. */
import type { AsyncConnection } from "../../../modules/modem/sockets/async-connection.js";
import type { Stage } from "../stage.js";
import { type Conversation, roundOf } from "../witness.js";
import { Cycles } from "./scenario.js";

export interface Destination {
	readonly host: string;
	readonly port: number;
	/** The server closes behind its answer; otherwise it stays open, and the application closes. */
	readonly ends: boolean;
}

const ANSWER_TIMEOUT_MS = 20_000;

export class Conversations extends Cycles {
	readonly #destinations: readonly Destination[];
	readonly #together: boolean;
	readonly #rounds: number;

	constructor(stage: Stage, destinations: readonly Destination[], { rounds = 1, together = false } = {}) {
		super(stage);
		this.#destinations = destinations;
		this.#together = together;
		this.#rounds = rounds;
		for (const { ends, host, port } of destinations) stage.server(`${host}:${port}`, { ends });
	}

	protected async cycle(cycle: number): Promise<boolean> {
		try {
			await this.stage.modem.up();
		} catch (error) {
			this.stage.witness.note(`up: ${this.stage.codeOf(error)}`);
			return false;
		}
		const talks = this.#destinations.map((destination, index) => () => this.#talk(destination, `${index}.${cycle}`));
		if (this.#together) return (await Promise.all(talks.map(talk => talk()))).every(good => good);
		let good = true;
		for (const talk of talks) good = (await talk()) && good;
		return good;
	}

	async #talk({ ends, host, port }: Destination, name: string): Promise<boolean> {
		const { modem, witness } = this.stage;
		const rounds = Array.from({ length: this.#rounds }, (_, round) => roundOf(1 === this.#rounds ? name : `${name}.${round}`));
		const conversation = witness.begin(name, rounds);
		let connection: AsyncConnection | undefined;
		let good = false;
		try {
			connection = await modem.open({ protocol: "TCP", host, port });
			for (let round = 0; round < rounds.length; round++) await this.#exchange(connection, conversation, round);
			if (ends && undefined === (await connection.receive(ANSWER_TIMEOUT_MS))) witness.endedInOrder(conversation);
			good = true;
		} catch (error) {
			witness.failed(conversation, this.stage.codeOf(error));
		}
		try {
			await connection?.close();
		} catch (error) {
			witness.failed(conversation, this.stage.codeOf(error));
		}
		return good;
	}

	async #exchange(connection: AsyncConnection, conversation: Conversation, round: number): Promise<void> {
		const { witness } = this.stage;
		const { answer, message } = conversation.rounds[round]!;
		await connection.send(Uint8Array.from(message, character => character.charCodeAt(0)));
		witness.delivered(conversation, round);
		while (conversation.rounds[round]!.heard.length < answer.length) {
			const bytes = await connection.receive(ANSWER_TIMEOUT_MS);
			if (!bytes) {
				witness.endedInOrder(conversation);
				throw this.stage.peerEnded();
			}
			witness.heard(conversation, round, String.fromCharCode(...bytes));
		}
	}
}
