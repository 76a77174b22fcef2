/* A setting of the CIP commands as a command: a number, or a flag. */
import { type Command, setting } from "../../at/command.js";
import { ipOf } from "./ip.js";
import type { IpSettings } from "./ip-settings.js";

type Named<Type> = { [Name in keyof IpSettings]: IpSettings[Name] extends Type ? Name : never }[keyof IpSettings];

export function numberOf(name: string, range: readonly [number, number], field: Named<number>): Command {
	return setting(
		name,
		range,
		session => ipOf(session).settings[field],
		(session, value) => {
			ipOf(session).settings[field] = value;
		},
	);
}

export function flagOf(name: string, field: Named<boolean>): Command {
	return setting(
		name,
		[0, 1],
		session => (ipOf(session).settings[field] ? 1 : 0),
		(session, value) => {
			ipOf(session).settings[field] = 1 === value;
		},
	);
}
