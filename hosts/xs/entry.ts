/* Where the bundle for XS begins: the firmware is started by a message, and from then on only messages reach it. */
import main from "program";
import type { Firmware } from "../../main.js";
import { setHost } from "./host.js";
import { makeRoom, receive, setStatus } from "./io.js";
import { fireTimer, post, postUncaught, setTime, takeOutputs } from "./link.js";
import { type Input, type Inputs, replace } from "./messages.js";

let firmware: Firmware | undefined;

function handle(input: Input): void {
	switch (input.kind) {
		case "start":
			setHost(input.host);
			firmware = begun(main());
			firmware?.done.then(() => post({ kind: "done" }), postUncaught);
			return;
		case "timer":
			return fireTimer(input.id);
		case "received":
			return receive(input.base64);
		case "writable":
			return makeRoom(input.bytes);
		case "status":
			return setStatus(input.level);
		case "close":
			return firmware?.close();
	}
}

/** A program of somebody else gives a promise, or nothing: then it runs until it is ended. */
function begun(made: Firmware | PromiseLike<unknown> | undefined): Firmware | undefined {
	if (made && "done" in made) return made;
	return made && { done: Promise.resolve(made).then(() => {}), close() {} };
}

function handleSafely(input: Input): void {
	try {
		handle(input);
	} catch (error) {
		postUncaught(error);
	}
}

/** Called by the engine for each message of Node; the engine reads `result` when nothing is left to run. */
function handleCommand(message: ArrayBuffer): unknown {
	const { nowMs, inputs } = JSON.parse(new TextDecoder().decode(message)) as Inputs;
	setTime(nowMs);
	// One by one: promises run to their end between two of them, as between two interrupts on a device.
	for (const input of inputs) setImmediate(() => handleSafely(input));
	return {
		get result() {
			return new TextEncoder().encode(JSON.stringify(takeOutputs(), replace)).buffer;
		},
	};
}

Object.assign(globalThis, {
	handleCommand,
	console: {
		/** The engine calls this for a rejection that nobody handles. */
		error: (_title: string, reason: unknown) => postUncaught(reason),
	},
});
