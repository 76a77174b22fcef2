/* Flash that fails without a power cut: sectors that no longer take what is written, and bits that change. */
import { assert } from "chai";
import { Journal, type JournalEvent } from "../../../modules/delivery/journal/journal.js";
import { RECORD_BYTES } from "../../../modules/delivery/journal/record.js";
import { SECTOR_HEAD_BYTES } from "../../../modules/delivery/journal/sector.js";
import { Flash } from "../../support/flash.js";
import { messageOf } from "./model.js";

const LENGTH = 40;

function start(store: Flash, onEvent: (event: JournalEvent) => void = () => {}): Journal {
	return new Journal({ store, fateLimit: 4, messageLimit: 64, onEvent });
}

function withMessages(flash: Flash, count: number): void {
	const journal = start(flash);
	for (let sequence = 1; sequence <= count; sequence++)
		assert.equal(journal.append(messageOf(sequence, LENGTH), { destination: 0 }), sequence);
}

/** Those that come out as they went in; a wrong one fails. */
function intact(journal: Journal): number[] {
	const sequences: number[] = [];
	for (let next = journal.next(0); next; next = journal.next(0)) {
		assert.deepEqual(next.bytes, messageOf(next.sequence, LENGTH));
		sequences.push(next.sequence);
		journal.hold(next.sequence);
	}
	return sequences;
}

describe("delivery/journal on flash that fails", () => {
	for (const how of ["silent", "throws"] as const) {
		it(`tells a bad sector (${how}), and works around it`, () => {
			const flash = new Flash(8, 512);
			const events: JournalEvent[] = [];
			flash.bad.set(2, how);
			flash.bytes.fill(0x55, 2 * 512, 3 * 512); // a sector that is blank by chance would pass
			const journal = start(flash, event => events.push(event));
			for (let sequence = 1; sequence <= 300; sequence++) {
				assert.equal(journal.append(messageOf(sequence, LENGTH), { destination: 0 }), sequence);
				assert.deepEqual(journal.next(0)?.bytes, messageOf(sequence, LENGTH));
				assert.equal(journal.finish(sequence, "delivered"), "ENDED");
				journal.acknowledge(1);
			}
			assert.deepInclude(events, { kind: "bad-sector", sector: 2 });
			assert.equal(journal.statistics.badSectors, 1);
		});

		it(`loses nothing that a sector held which fails while it is written (${how})`, () => {
			const flash = new Flash(8, 512);
			const journal = start(flash);
			for (let sequence = 1; sequence <= 4; sequence++) journal.append(messageOf(sequence, LENGTH), { destination: 0 });
			flash.bad.set(0, how);
			for (let sequence = 5; sequence <= 9; sequence++)
				assert.equal(journal.append(messageOf(sequence, LENGTH), { destination: 0 }), sequence);
			assert.deepEqual(intact(journal), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
			assert.deepEqual(intact(start(flash)), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
		});
	}

	it("says that nothing is kept when all sectors are bad, and goes on when they are not any more", () => {
		const flash = new Flash(4, 512);
		const journal = start(flash);
		journal.append(messageOf(1, LENGTH), { destination: 0 });
		for (let sector = 0; sector < 4; sector++) flash.bad.set(sector, "throws");
		assert.equal(journal.append(messageOf(2, LENGTH), { destination: 0 }), "MEDIUM");
		assert.equal(journal.finish(1, "delivered"), "NOT_DURABLE");
		assert.equal(journal.unreadFates, 1);
		assert.isFalse(journal.acknowledge(1), "who has read a fate must not be told it again");
		flash.bad.clear();
		const again = start(flash);
		assert.deepEqual(intact(again), [1]);
		assert.equal(again.append(messageOf(2, LENGTH), { destination: 0 }), 2);
	});

	it("drops nothing for a message that the medium does not take", () => {
		const flash = new Flash(8, 512);
		const journal = new Journal({ store: flash, countLimit: 3, fateLimit: 4, messageLimit: 64, whenFull: "drop-oldest" });
		for (let sequence = 1; sequence <= 3; sequence++) journal.append(messageOf(sequence, LENGTH), { destination: 0 });
		for (let sector = 0; sector < 8; sector++) flash.bad.set(sector, "throws");
		for (let tries = 0; tries < 3; tries++) assert.equal(journal.append(messageOf(4, LENGTH), { destination: 0 }), "MEDIUM");
		assert.deepEqual(intact(journal), [1, 2, 3]);
	});

	it("goes on when a medium that took nothing takes something again, and writes the fates that it owes", () => {
		const flash = new Flash(8, 512);
		const journal = start(flash);
		for (let sequence = 1; sequence <= 3; sequence++) journal.append(messageOf(sequence, LENGTH), { destination: 0 });
		for (let sector = 0; sector < 8; sector++) flash.bad.set(sector, "throws");
		assert.equal(journal.finish(1, "delivered"), "NOT_DURABLE");
		flash.bad.clear();
		assert.equal(journal.append(messageOf(4, LENGTH), { destination: 0 }), 4);
		assert.deepEqual(intact(journal), [2, 3, 4]);
		const again = start(flash);
		assert.deepEqual(intact(again), [2, 3, 4]);
		assert.deepEqual(again.fate(0), { sequence: 1, destination: 0, fate: "delivered" });
	});

	it("puts right any one bit of a message and of its header", () => {
		const flash = new Flash(4, 512);
		withMessages(flash, 4);
		const record = SECTOR_HEAD_BYTES + RECORD_BYTES + LENGTH; // the second one
		for (let bit = 0; bit < 8 * (RECORD_BYTES + LENGTH); bit++) {
			const changed = flash.clone();
			changed.flip(record + (bit >> 3), bit & 7);
			const journal = start(changed);
			assert.deepEqual(intact(journal), [1, 2, 3, 4], `bit ${bit}`);
			assert.isAbove(journal.statistics.corrected, 0);
		}
	});

	it("takes zeros for zeros with any one bit wrong", () => {
		const flash = new Flash(4, 512);
		withMessages(flash, 2);
		const zeros = SECTOR_HEAD_BYTES + 2 * (RECORD_BYTES + LENGTH);
		start(flash).append(messageOf(3, LENGTH), { destination: 0 });
		for (let bit = 0; bit < 8 * RECORD_BYTES; bit++) {
			const changed = flash.clone();
			changed.flip(zeros + (bit >> 3), bit & 7);
			assert.deepEqual(intact(start(changed)), [1, 2, 3], `bit ${bit}`);
		}
	});

	it("puts right any one bit of a sector's head", () => {
		const flash = new Flash(4, 512);
		withMessages(flash, 15);
		for (let sector = 0; sector < 2; sector++) {
			for (let bit = 0; bit < 8 * SECTOR_HEAD_BYTES; bit++) {
				const changed = flash.clone();
				changed.flip(512 * sector + (bit >> 3), bit & 7);
				assert.equal(intact(start(changed)).length, 15, `bit ${bit}`);
			}
		}
	});

	it("returns no message that has changed: it is dropped, once, and told", () => {
		const flash = new Flash(4, 512);
		withMessages(flash, 4);
		const record = SECTOR_HEAD_BYTES + RECORD_BYTES + LENGTH;
		for (const at of [3, 17]) flash.flip(record + RECORD_BYTES + at, 1);
		const events: JournalEvent[] = [];
		const journal = start(flash, event => events.push(event));
		assert.deepEqual(intact(journal), [1, 3, 4]);
		assert.deepEqual(events, [{ kind: "damaged", sector: 0 }]);
		const again = start(flash);
		assert.deepEqual(intact(again), [1, 3, 4]);
		assert.equal(again.unreadFates, 1);
		assert.deepEqual(again.fate(0), { sequence: 2, destination: 0, fate: "dropped" });
	});

	it("moves a message that has changed without making a good one of it", () => {
		const flash = new Flash(6, 512);
		withMessages(flash, 4);
		for (const at of [3, 17]) flash.flip(SECTOR_HEAD_BYTES + RECORD_BYTES + at, 1);
		const journal = start(flash);
		for (let sent = 0; sent < 100; sent++)
			journal.finish(journal.append(messageOf(5 + sent, LENGTH), { destination: 1 }) as number, "delivered");
		const again = start(flash);
		assert.deepEqual(intact(again), [2, 3, 4]);
		assert.isFalse(again.has(1));
	});

	it("survives any bytes at all", () => {
		for (let seed = 1; seed <= 200; seed++) {
			const flash = new Flash(4, 256);
			flash.tear({ kind: "write", offset: 0, bytes: new Uint8Array(4 * 256) }, { kind: "bits", seed });
			const journal = start(flash);
			assert.equal(journal.count, 0);
			assert.equal(journal.append(messageOf(1, LENGTH), { destination: 0 }), 1);
			assert.deepEqual(intact(start(flash)), [1]);
		}
	});
});
