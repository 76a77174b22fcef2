/* What replay makes of a log, for tests. */
import { AsyncConnection } from "../../tools/replay/conversation.js";
import { lineOf, type ReplayEvent } from "../../tools/replay/events.js";
import { formatOf, LogReader } from "../../tools/replay/log.js";

export function eventsOf(content: string): ReplayEvent[] {
	const events: ReplayEvent[] = [];
	const conversation = new AsyncConnection(event => events.push(event));
	const reader = new LogReader(formatOf(content), entry => conversation.take(entry));
	for (const line of content.split(/(?<=\n)/)) reader.line(line);
	conversation.end();
	return events;
}

/** One event a line, its columns one blank apart. */
export function explain(content: string): string[] {
	return eventsOf(content).map(shown);
}

/** Without the number of the line and the time. */
export function told(content: string): string[] {
	return eventsOf(content).map(({ line, time, ...event }) => shown({ line: 0, ...event } as ReplayEvent).slice(2));
}

function shown(event: ReplayEvent): string {
	return lineOf(event).trim().replace(/ +/g, " ");
}
