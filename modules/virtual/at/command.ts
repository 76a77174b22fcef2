/* A command as a table entry: its name and what it does in each of its forms. */

import type { Model } from "../options.js";
import type { Session } from "../session.js";
import type { Call } from "./call.js";

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
	/** Undefined: all know it. */
	readonly model?: Model;
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
