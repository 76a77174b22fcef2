/* What a run is waiting for, for a person who looks at it. */
import type { RunEvent } from "./reporter.js";

export interface Waiting {
	readonly text: string;
	/** On the modem's clock. */
	readonly sinceMs: number;
	/** After which it is given up; undefined: nobody knows. */
	readonly limitMs?: number;
}

/** With the limits of the driver. */
const WAITS: Readonly<Partial<Record<RunEvent["kind"], readonly [text: string, limitMs?: number]>>> = {
	cycle: ["waiting for the modem"],
	"power-key": ["waiting for the modem to start"],
	powered: ["waiting for the SIM"],
	searching: ["searching for a network", 180_000],
	registered: ["attaching to GPRS", 75_000],
	attached: ["waiting for an IP address", 85_000],
	"bearer-up": ["connecting", 75_000],
	"bearer-down": ["waiting for the bearer"],
	connected: ["waiting for acknowledgement", 645_000],
	sent: ["waiting for the answer", 10_000],
	"cycle-done": ["waiting for the next cycle"],
};

/** What begins with this event; undefined: it goes on as before. */
export function waitingAfter(event: RunEvent, atMs: number): Waiting | undefined {
	const [text, limitMs] = WAITS[event.kind] ?? [];
	return undefined === text ? undefined : { text, sinceMs: atMs, ...(undefined === limitMs ? {} : { limitMs }) };
}

/** "waiting for acknowledgement, 40 of 645 s". */
export function waitingText({ limitMs, sinceMs, text }: Waiting, nowMs: number): string {
	const seconds = (ms: number) => Math.floor(ms / 1_000);
	const limit = undefined === limitMs ? "" : ` of ${seconds(limitMs)}`;
	return `${text}, ${seconds(nowMs - sinceMs)}${limit} s`;
}
