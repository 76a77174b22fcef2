/* What the MQTT examples do once they are connected: subscribe to what they publish, and compare. */

import type MQTTClient from "embedded:network/mqtt/client";
import { crc32 } from "checksum";

type Options = ConstructorParameters<typeof MQTTClient>[0];

const LONGEST_BYTES = 600;

export class MirrorTest {
	readonly #name: string;
	readonly #messages: number;
	/** Of this board alone: a broker throws out who comes with the id of another, and each is sent what it subscribes to. */
	readonly #id: string;
	#published = 0;
	#returned = 0;
	#returnedBytes = 0;
	/** Of the checksums of all messages: those of different QoS may overtake each other. */
	#publishedSum = 0;
	#returnedSum = 0;
	/** Of the message that is coming in. */
	#sum = 0;
	#subscribed = false;

	/** `name`: at the beginning of each line on the console. `id`: undefined: one by chance. */
	constructor(name: string, messages: number, id?: string) {
		this.#name = name;
		this.#messages = messages;
		this.#id = id ?? `uplink-${Math.floor(Math.random() * 2 ** 32).toString(16)}`;
	}

	start(Client: typeof MQTTClient, options: Options): void {
		const client = new Client({
			...options,
			id: this.#id,
			keepAlive: 60_000,
			onControl: (message: unknown) => {
				const { operation } = message as { operation: number };
				if (Client.CONNACK === operation) this.#subscribe(client, Client.SUBSCRIBE);
				else if (Client.SUBACK === operation) {
					this.#subscribed = true;
					this.#publish(client, 0);
				}
			},
			onWritable: writable => this.#publish(client, writable),
			onReadable: (count, { more }) => this.#onReadable(new Uint8Array(client.read(count)), more),
			onError: error => this.#say(`failed, ${error ?? "the connection is lost"}`),
		});
	}

	#subscribe(client: MQTTClient, operation: number): void {
		this.#say("connected");
		client.write(null as never, { operation, items: [{ topic: this.#topic, QoS: 2 }] } as never);
	}

	/** As many as fit; when `onWritable` has said less than is needed, it says so again later. */
	#publish(client: MQTTClient, writable: number): void {
		while (this.#subscribed && this.#published < this.#messages) {
			const message = messageOf(this.#published);
			try {
				writable = client.write(message.buffer, { topic: this.#topic, QoS: this.#published % 3 });
			} catch {
				return; // no room for all of it: onWritable tells when there is
			}
			this.#publishedSum = (this.#publishedSum + crc32(message)) >>> 0;
			this.#published++;
			if (0 === writable) return;
		}
	}

	#onReadable(part: Uint8Array, more: boolean): void {
		this.#sum = crc32(part, this.#sum);
		this.#returnedBytes += part.length;
		if (more) return;
		this.#returnedSum = (this.#returnedSum + this.#sum) >>> 0;
		this.#sum = 0;
		this.#returned++;
		if (this.#returned < this.#messages) return;
		const same = this.#returnedSum === this.#publishedSum ? "unchanged" : "OTHERWISE THAN THEY WERE SENT";
		this.#say(`${this.#returned} messages, ${this.#returnedBytes} bytes came back ${same}`);
		this.#say("done");
	}

	get #topic(): string {
		return `uplink/mirror/${this.#id}`;
	}

	#say(text: string): void {
		trace(`${this.#name}: ${text}\n`);
	}
}

/** From 1 byte to LONGEST_BYTES. */
function messageOf(number: number): Uint8Array<ArrayBuffer> {
	return Uint8Array.from({ length: 1 + ((number * 37) % LONGEST_BYTES) }, (_, at) => number + at * 7);
}
