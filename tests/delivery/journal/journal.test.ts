/* What a journal does while nothing fails, and over starts. */
import { assert } from "chai";
import { MemoryStore } from "../../../modules/core/memory-store.js";
import { Journal, type JournalEvent, type JournalOptions } from "../../../modules/delivery/journal/journal.js";

const bytesOf = (...values: number[]) => Uint8Array.from(values);

function filled(whenFull: "refuse" | "drop-oldest" | "drop-lowest"): Journal {
	const journal = new Journal({ store: new MemoryStore(4), countLimit: 3, whenFull });
	for (const [index, priority] of [5, 2, 7].entries()) journal.append(bytesOf(index), { destination: 0, priority });
	return journal;
}

/** Sequences in the order in which they would go. */
function order(journal: Journal, destination = 0): number[] {
	const sequences: number[] = [];
	for (let next = journal.next(destination); next; next = journal.next(destination)) {
		sequences.push(next.sequence);
		journal.hold(next.sequence);
	}
	for (const sequence of sequences) journal.hold(sequence, false);
	return sequences;
}

function fatesOf(journal: Journal): string[] {
	const fates: string[] = [];
	for (let index = 0; index < journal.unreadFates; index++) {
		const { fate, sequence } = journal.fate(index)!;
		fates.push(`${sequence} ${fate}`);
	}
	return fates;
}

describe("delivery/journal", () => {
	it("gives back what it was given, with its time, over a start", () => {
		const store = new MemoryStore(4);
		const sequence = new Journal({ store }).append(bytesOf(1, 2, 3), { destination: 9, priority: 4, expiresS: 77, timeS: 50 });
		const journal = new Journal({ store });
		const message = journal.next(9)!;
		assert.deepEqual(message, {
			sequence: sequence as number,
			destination: 9,
			priority: 4,
			expiresS: 77,
			bytes: bytesOf(1, 2, 3),
		});
		assert.equal(journal.timeS, 50);
		assert.isUndefined(journal.next(8));
	});

	it("keeps an empty message, and one of the longest", () => {
		const store = new MemoryStore(4);
		const journal = new Journal({ store, messageLimit: 2_000 });
		journal.append(bytesOf(), { destination: 0 });
		journal.append(new Uint8Array(2_000).fill(7), { destination: 1 });
		const again = new Journal({ store, messageLimit: 100 });
		assert.equal(again.next(0)?.bytes.length, 0);
		assert.deepEqual(again.next(1)?.bytes, new Uint8Array(2_000).fill(7));
		assert.equal(again.append(new Uint8Array(101), { destination: 0 }), "TOO_LONG");
	});

	it("gives for each destination the most urgent first, the oldest first among them", () => {
		const journal = new Journal({ store: new MemoryStore(4) });
		for (const priority of [0, 3, 3, 7, 0]) journal.append(bytesOf(priority), { destination: 2, priority });
		journal.append(bytesOf(9), { destination: 1 });
		assert.deepEqual(order(journal, 2), [4, 2, 3, 1, 5]);
		assert.deepEqual(order(journal, 1), [6]);
	});

	it("ends each message once", () => {
		const store = new MemoryStore(4);
		const journal = new Journal({ store });
		for (let sent = 0; sent < 3; sent++) journal.append(bytesOf(sent), { destination: 0 });
		assert.equal(journal.finish(2, "delivered"), "ENDED");
		assert.equal(journal.finish(2, "unknown"), "NOT_FOUND");
		assert.equal(journal.finish(4, "delivered"), "NOT_FOUND");
		assert.isFalse(journal.has(2));
		assert.isUndefined(journal.read(2));
		const again = new Journal({ store });
		assert.deepEqual(order(again), [1, 3]);
		assert.deepEqual(fatesOf(again), ["2 delivered"]);
		assert.equal(again.finish(2, "expired"), "NOT_FOUND");
	});

	it("tells fates until they are read, over starts", () => {
		const store = new MemoryStore(4);
		const journal = new Journal({ store });
		for (const fate of ["delivered", "expired", "dropped", "refused", "unknown"] as const)
			journal.finish(journal.append(bytesOf(1), { destination: 0 }) as number, fate);
		assert.isTrue(journal.acknowledge(2));
		assert.deepEqual(fatesOf(journal), ["3 dropped", "4 refused", "5 unknown"]);
		const again = new Journal({ store });
		assert.deepEqual(fatesOf(again), ["3 dropped", "4 refused", "5 unknown"]);
		assert.isTrue(again.acknowledge(99));
		assert.deepEqual(fatesOf(new Journal({ store })), []);
	});

	it("forgets the oldest fate when nobody reads them, and says so", () => {
		const store = new MemoryStore(4);
		const events: JournalEvent[] = [];
		const journal = new Journal({ store, fateLimit: 2, onEvent: event => events.push(event) });
		for (let sent = 0; sent < 4; sent++) journal.finish(journal.append(bytesOf(1), { destination: 0 }) as number, "delivered");
		assert.deepEqual(events, [
			{ kind: "fate-forgotten", sequence: 1 },
			{ kind: "fate-forgotten", sequence: 2 },
		]);
		assert.deepEqual(fatesOf(journal), ["3 delivered", "4 delivered"]);
		assert.equal(journal.statistics.forgottenFates, 2);
		const again = new Journal({ store, fateLimit: 2 });
		assert.deepEqual(fatesOf(again), ["3 delivered", "4 delivered"]);
		assert.equal(again.statistics.forgottenFates, 0, "it was told");
	});

	it("refuses the new one when it is full, if that is asked for", () => {
		const journal = filled("refuse");
		assert.equal(journal.append(bytesOf(9), { destination: 0, priority: 7 }), "FULL");
		assert.deepEqual(order(journal), [3, 1, 2]);
		assert.deepEqual(fatesOf(journal), []);
	});

	it("drops the oldest when it is full, if that is asked for", () => {
		const journal = filled("drop-oldest");
		assert.equal(journal.append(bytesOf(9), { destination: 0, priority: 0 }), 4);
		assert.deepEqual(order(journal), [3, 2, 4]);
		assert.deepEqual(fatesOf(journal), ["1 dropped"]);
	});

	it("drops the lowest priority when it is full, if that is asked for, and nothing that is more urgent", () => {
		const journal = filled("drop-lowest");
		assert.equal(journal.append(bytesOf(9), { destination: 0, priority: 1 }), "FULL");
		assert.equal(journal.append(bytesOf(9), { destination: 0, priority: 2 }), 4);
		assert.deepEqual(fatesOf(journal), ["2 dropped"]);
		assert.deepEqual(order(journal), [3, 1, 4]);
	});

	it("does not drop nor expire nor hand out what is held", () => {
		const journal = filled("drop-oldest");
		for (const sequence of [1, 2, 3]) assert.isTrue(journal.hold(sequence));
		assert.isUndefined(journal.next(0));
		assert.equal(journal.append(bytesOf(9), { destination: 0 }), "FULL");
		journal.hold(2, false);
		assert.equal(journal.next(0)?.sequence, 2);
		assert.equal(journal.append(bytesOf(9), { destination: 0 }), 4);
		assert.deepEqual(fatesOf(journal), ["2 dropped"]);
		assert.isFalse(journal.hold(2));
	});

	it("drops nothing for a message that it refuses all the same", () => {
		const journal = new Journal({ store: new MemoryStore(4), byteLimit: 1_100, messageLimit: 1_000, whenFull: "drop-lowest" });
		journal.append(new Uint8Array(84), { destination: 0, priority: 0 });
		journal.append(new Uint8Array(884), { destination: 0, priority: 5 });
		assert.equal(journal.append(new Uint8Array(300), { destination: 0, priority: 4 }), "FULL");
		assert.deepEqual(fatesOf(journal), []);
		assert.equal(journal.append(new Uint8Array(184), { destination: 0, priority: 4 }), 3);
		assert.deepEqual(fatesOf(journal), ["1 dropped"]);
	});

	it("is bounded by bytes", () => {
		const journal = new Journal({ store: new MemoryStore(4), byteLimit: 500, messageLimit: 100 });
		for (let sent = 0; sent < 4; sent++) assert.isNumber(journal.append(new Uint8Array(100), { destination: 0 }));
		assert.equal(journal.append(new Uint8Array(100), { destination: 0 }), "FULL");
		assert.isNumber(journal.append(new Uint8Array(20), { destination: 0 }));
		assert.equal(journal.statistics.bytes, 500);
	});

	it("ends what expires, and not before", () => {
		const store = new MemoryStore(4);
		const journal = new Journal({ store });
		for (const expiresS of [30, 10, 20]) journal.append(bytesOf(expiresS), { destination: 0, expiresS });
		journal.append(bytesOf(1), { destination: 0 });
		assert.equal(journal.expire(9), 0);
		assert.equal(journal.expire(20), 2);
		assert.deepEqual(fatesOf(journal), ["2 expired", "3 expired"]);
		const again = new Journal({ store });
		journal.append(bytesOf(5), { destination: 0, expiresS: 22 });
		assert.equal(again.expire(30), 1);
		assert.equal(journal.expire(22), 1);
	});

	it("gives no sequence twice, even when every record of the last message is gone", () => {
		const store = new MemoryStore(4, 256);
		const options = { store, fateLimit: 2, messageLimit: 20 };
		const journal = new Journal(options);
		while ("number" === typeof journal.append(bytesOf(), { destination: 0 }));
		const { appended } = journal.statistics;
		for (let sequence = appended; sequence > 0; sequence--) {
			assert.equal(journal.finish(sequence, "delivered"), "ENDED");
			assert.isTrue(journal.acknowledge(1));
		}
		assert.equal(new Journal(options).append(bytesOf(), { destination: 0 }), appended + 1);
	});

	it("keeps all that is there when it is opened with lower limits", () => {
		const store = new MemoryStore(8);
		const journal = new Journal({ store, countLimit: 100 });
		for (let sent = 1; sent <= 100; sent++) journal.append(new Uint8Array(sent), { destination: 0 });
		const again = new Journal({ store, countLimit: 2, messageLimit: 20 });
		assert.equal(again.count, 100);
		assert.equal(again.append(bytesOf(), { destination: 0 }), "FULL");
		for (let sequence = 1; sequence <= 100; sequence++) {
			assert.equal(again.next(0)?.bytes.length, sequence);
			again.finish(sequence, "delivered");
		}
		assert.equal(again.append(bytesOf(), { destination: 0 }), 101);
	});

	it("moves what nobody takes, and wears all sectors alike", () => {
		const store = new MemoryStore(8, 512);
		const erases = new Uint32Array(8);
		const counting = Object.assign(Object.create(store) as MemoryStore, {
			erase(sector: number): void {
				erases[sector]!++;
				store.erase(sector);
			},
		});
		const journal = new Journal({ store: counting });
		journal.append(bytesOf(42), { destination: 7 });
		for (let sent = 0; sent < 2_000; sent++) {
			journal.append(new Uint8Array(50), { destination: 0 });
			journal.finish(journal.next(0)!.sequence, "delivered");
			journal.acknowledge(1);
		}
		assert.deepEqual(new Journal({ store }).next(7)?.bytes, bytesOf(42));
		assert.isAbove(Math.min(...erases), 40);
		assert.isAtMost(Math.max(...erases) - Math.min(...erases), 1);
		assert.equal(
			journal.statistics.erases,
			erases.reduce((sum, one) => sum + one),
		);
	});

	it("refuses what makes no sense", () => {
		const store = new MemoryStore(4);
		const wrong: Partial<JournalOptions>[] = [{ countLimit: 0 }, { fateLimit: 1.5 }, { messageLimit: 5_000 }, { byteLimit: 100 }];
		for (const options of wrong) assert.throws(() => new Journal({ store, ...options }), RangeError);
		assert.throws(() => new Journal({ store: new MemoryStore(2) }), RangeError);
		const journal = new Journal({ store });
		for (const options of [{ destination: 256 }, { destination: 0, priority: 8 }, { destination: 0, expiresS: -1 }])
			assert.throws(() => journal.append(bytesOf(1), options), RangeError);
		assert.equal(journal.count, 0);
	});
});
