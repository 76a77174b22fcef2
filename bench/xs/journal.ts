/* What a journal costs on XS: run by Meter. The store is memory; on a device reading is native and costs less. */
import { MemoryStore } from "../../modules/core/memory-store.js";
import { Journal } from "../../modules/delivery/journal/journal.js";

interface Case {
	readonly sectors: number;
	readonly messageBytes: number;
	readonly countLimit: number;
	/** Messages that came and went while it was full. */
	readonly passed: number;
}

let store = new MemoryStore(4);
let journal = new Journal({ store });
let limits: Case = { sectors: 4, messageBytes: 100, countLimit: 256, passed: 0 };

/** Appends until it is full. Gives how many there are. */
function fill(options: Case): number {
	limits = options;
	store = new MemoryStore(options.sectors);
	open();
	const message = new Uint8Array(options.messageBytes);
	for (let sent = 0; "number" === typeof journal.append(message, { destination: sent % 3, priority: sent % 2 }); sent++);
	for (let sent = 0; sent < options.passed; sent++) {
		journal.finish(journal.next(sent % 3)!.sequence, "delivered");
		if (7 === sent % 8) journal.acknowledge(8);
		journal.append(message, { destination: sent % 3, priority: sent % 2 });
	}
	return journal.count;
}

function open(): number {
	journal = new Journal({ store, countLimit: limits.countLimit, messageLimit: 512 });
	return journal.count;
}

/** A message from `append` to its fate, and that the fate is read. */
function cycle(count: number): number {
	const message = new Uint8Array(limits.messageBytes);
	for (let sent = 0; sent < count; sent++) {
		journal.finish(journal.next(1)!.sequence, "delivered");
		journal.acknowledge(1);
		journal.append(message, { destination: 1 });
	}
	return journal.statistics.writtenBytes;
}

function next(): number {
	return journal.next(2)!.sequence;
}

export default { fill, open, cycle, next };
