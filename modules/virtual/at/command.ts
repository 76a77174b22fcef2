/* A command as a table entry: its name and what it does in each of its forms. */
import type { Session } from "../session.js";
import type { Call } from "./call.js";
import type { ParsedCommand } from "./line.js";

export type Handler = (call: Call) => void;

export interface Command {
	/** In capitals, with its sign: "E", "&W", "+CSQ". */
	readonly name: string;
	/** AT+NAME, or ATE1. */
	readonly run?: Handler;
	/** AT+NAME? */
	readonly read?: Handler;
	/** AT+NAME=... */
	readonly set?: Handler;
	/** What AT+NAME=? says behind "+NAME: "; empty: only OK. */
	readonly test?: string | ((session: Session) => string);
	/** AT+NAME=? where that is more than a range. */
	readonly query?: Handler;
	/** Refused without a SIM that is ready. */
	readonly sim?: "cme" | "cms";
}

/** A number that is kept: AT+NAME=n, AT+NAME?, AT+NAME=?. */
export function setting(
	name: string,
	[low, high]: readonly [number, number],
	get: (session: Session) => number,
	set: (session: Session, value: number) => void,
): Command {
	return {
		name,
		read: call => answer(call, `${name}: ${get(call.session)}`),
		set: call => {
			const value = call.number(0, low, high);
			if (undefined === value) return call.fail();
			set(call.session, value);
			call.ok();
		},
		test: 1 === high - low ? `(${low},${high})` : `(${low}-${high})`,
	};
}

/** A setting that is taken and changes nothing that the outside can see. */
export function inert(name: string, [low, high]: readonly [number, number], initial: number): Command {
	const values = new WeakMap<Session, number>();
	return setting(
		name,
		[low, high],
		session => values.get(session) ?? initial,
		(session, value) => values.set(session, value),
	);
}

/** Information, then OK. */
export function answer(call: Call, ...lines: readonly string[]): void {
	call.info(...lines);
	call.ok();
}

/** Undefined: it is not known, or not in this form. */
export function handlerOf(commands: ReadonlyMap<string, Command>, { name, kind }: ParsedCommand): Handler | undefined {
	const command = commands.get(name);
	const handler = command && ("test" === kind ? testOf(command) : command[kind]);
	return handler && guarded(command, handler);
}

function testOf({ name, test, query }: Command): Handler | undefined {
	if (query) return query;
	if (undefined === test) return undefined;
	return call => {
		const range = "string" === typeof test ? test : test(call.session);
		if ("" === range) call.ok();
		else answer(call, `${name}: ${range}`);
	};
}

function guarded({ sim }: Command, handler: Handler): Handler {
	if (!sim) return handler;
	return call => {
		const reason = call.session.sim.error;
		if (undefined === reason) handler(call);
		else if ("cms" === sim) call.failSms(300 + reason);
		else call.fail(reason);
	};
}
