/* The time, before main: asked once, and only for so long, for main has to start whatever a server does or does not. */
import type { Clock } from "../../modules/core/clock.js";

export interface NtpClient {
	getTime(callback: (error: Error | null, unixMs: number) => void): void;
	close(): void;
}

/** The SDK's NTP client asks five times, 2 s apart, and looks a name up before. */
const LIMIT_MS = 30_000;

/** Calls `done` once, from a timer; before, when there is one, `set` with the time. */
export function setClock(
	clock: Clock,
	create: () => NtpClient,
	set: (unixMs: number) => void,
	done: (error?: unknown) => void,
): void {
	let client: NtpClient | undefined;
	let over = false;
	const end = (error?: unknown) => {
		if (over) return;
		over = true;
		clock.clearTimer(limit);
		clock.setTimer(() => done(error), 0);
		client?.close();
	};
	const limit = clock.setTimer(() => end(new Error(`no answer in ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
	try {
		client = create();
		client.getTime((error, unixMs) => {
			if (!error && !over) set(unixMs);
			end(error ?? undefined);
		});
	} catch (error) {
		end(error);
	}
}
