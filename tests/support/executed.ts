/*
 * The lines that the virtual modem carries out, as they came: what it takes for data is none of them.
 *
 * The interpreter is fed byte by byte: the byte that makes it busy ends a line.
 */
import { Interpreter } from "../../modules/virtual/at/interpreter.js";

type Receive = (this: Interpreter, bytes: Uint8Array) => void;
type Prompt = Interpreter["prompt"];

/** A longer line is refused unread. SIM900 AT Command Manual 1.4.4 */
const MOST_LINE_CHARACTERS = 556;

let listener: ((line: string) => void) | undefined;

/** From now on `onLine` gets each line, from "AT" on and without its CR, of whatever virtual modem runs. */
export function watchExecuted(onLine: ((line: string) => void) | undefined): void {
	listener = onLine;
}

const { receive, prompt, divert } = Interpreter.prototype as { receive: Receive; prompt: Prompt; divert: Interpreter["divert"] };
const lines = new WeakMap<Interpreter, string>();
let taken = false;

function watched(taker: Parameters<Prompt>[1]): Parameters<Prompt>[1] {
	return bytes => {
		taken = true;
		return taker(bytes);
	};
}

Interpreter.prototype.prompt = function (symbol, taker) {
	prompt.call(this, symbol, watched(taker));
};
Interpreter.prototype.divert = function (taker) {
	divert.call(this, watched(taker));
};
Interpreter.prototype.receive = function (bytes) {
	if (!listener) return receive.call(this, bytes);
	for (let at = 0; at < bytes.length; at++) {
		const wasBusy = this.busy;
		taken = false;
		receive.call(this, bytes.subarray(at, at + 1));
		if (wasBusy || taken) continue;
		const line = (lines.get(this) ?? "") + String.fromCharCode(bytes[at]!);
		const ends = this.busy || 0x0d === bytes[at];
		lines.set(this, ends ? "" : line);
		const text = fromPrefix(line);
		if (this.busy && text.length <= MOST_LINE_CHARACTERS) listener(text);
	}
};

/** Whatever comes before AT is no part of a line. */
function fromPrefix(line: string): string {
	const text = line.endsWith("\r") ? line.slice(0, -1) : line;
	const at = text.search(/AT|At|at|[Aa]\/$/);
	return at < 0 ? text : text.slice(at);
}
