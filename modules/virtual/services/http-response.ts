/* An HTTP answer as its bytes come: status line, headers, and a body by length, in chunks, or up to the end. */
import { ByteQueue, textOf } from "../bytes.js";

const HEAD_MAX = 4096;
/** As much as the modem can hold. */
const BODY_MAX = 319_488;

export class HttpResponse {
	status = 0;
	/** The body did not fit. */
	tooLong = false;
	readonly #queue = new ByteQueue();
	readonly #noBody: boolean;
	#head = "";
	#inHead = true;
	#bodyLength: number | undefined; // undefined: up to the end
	#chunked = false;
	#raw = "";

	/** `noBody`: the answer to HEAD. */
	constructor(noBody: boolean) {
		this.#noBody = noBody;
	}

	/** @returns whether that was the end */
	add(bytes: Uint8Array): boolean {
		let rest = bytes;
		if (this.#inHead) {
			this.#head += textOf(bytes);
			const end = this.#head.indexOf("\r\n\r\n");
			if (end < 0) {
				this.tooLong = this.#head.length > HEAD_MAX;
				return this.tooLong;
			}
			rest = bytes.subarray(bytes.length - (this.#head.length - end - 4));
			this.#readHead(this.#head.slice(0, end));
		}
		return this.#addBody(rest);
	}

	get body(): Uint8Array {
		return this.#queue.take(this.#queue.length);
	}

	#readHead(head: string): void {
		this.#inHead = false;
		this.#head = "";
		this.status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0);
		const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
		this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
		if (this.#noBody || 204 === this.status || 304 === this.status) this.#bodyLength = 0;
		else if (!this.#chunked && undefined !== length) this.#bodyLength = Number(length);
	}

	#addBody(bytes: Uint8Array): boolean {
		if (this.#chunked) {
			this.#raw += textOf(bytes);
			if (this.#takeChunks()) return true;
		} else this.#queue.push(bytes.slice());
		this.tooLong = this.#queue.length + this.#raw.length > BODY_MAX;
		return this.tooLong || (undefined !== this.#bodyLength && this.#queue.length >= this.#bodyLength);
	}

	/** @returns whether the last chunk was among them */
	#takeChunks(): boolean {
		for (;;) {
			const line = /^([0-9A-Fa-f]+)[^\r]*\r\n/.exec(this.#raw);
			if (!line) return false;
			const size = Number.parseInt(line[1]!, 16);
			if (0 === size) return true;
			const from = line[0].length;
			if (this.#raw.length < from + size + 2) return false;
			this.#queue.push(Uint8Array.from(this.#raw.slice(from, from + size), character => character.charCodeAt(0)));
			this.#raw = this.#raw.slice(from + size + 2);
		}
	}
}
