/* Flash that wears out sector by sector: nothing is lost that can be kept, and the journal never gets stuck. */
import { assert } from "chai";
import { Random } from "../../../modules/core/random.js";
import { Journal } from "../../../modules/delivery/journal/journal.js";
import { Flash } from "../../support/flash.js";
import { messageOf } from "./model.js";

const OPTIONS = { countLimit: 500, fateLimit: 4, messageLimit: 40 };

/** Fills it, lets sectors fail now and then while messages come and go; then all of them are good again. */
function wearOut(seed: number): void {
	const random = new Random(seed);
	const flash = new Flash(random.between(3, 14), 256);
	let journal = new Journal({ ...OPTIONS, store: flash });
	const live = new Set<number>();
	const doubtful = new Set<number>();
	for (let turn = 0; turn < 300; turn++) {
		if (0 === random.between(0, 40))
			flash.bad.set(random.between(0, flash.sectors - 1), random.between(0, 1) ? "silent" : "throws");
		if (0 === random.between(0, 60)) journal = reopened(flash, live, doubtful);
		if (random.between(0, 9) < 6) {
			const sequence = journal.append(messageOf(1, random.between(1, 40)), { destination: 0 });
			if ("number" === typeof sequence) live.add(sequence);
		} else finish(journal, live, doubtful, random.between(0, 99));
		journal.acknowledge(journal.unreadFates);
		for (const sequence of live) assert.isTrue(journal.has(sequence), `message ${sequence} is kept`);
	}
	flash.bad.clear();
	journal = reopened(flash, live, doubtful);
	for (const sequence of live) assert.equal(journal.finish(sequence, "delivered"), "ENDED");
	for (let sent = 0; sent < 100; sent++) {
		const sequence = journal.append(messageOf(2, 30), { destination: 0 });
		assert.isNumber(sequence, "it goes on");
		journal.finish(sequence as number, "delivered");
		assert.isTrue(journal.acknowledge(99));
	}
}

function finish(journal: Journal, live: Set<number>, doubtful: Set<number>, which: number): void {
	const sequence = [...live][which % Math.max(1, live.size)];
	if (undefined === sequence) return;
	const ended = journal.finish(sequence, "delivered");
	assert.notEqual(ended, "NOT_FOUND");
	live.delete(sequence);
	if ("NOT_DURABLE" === ended) doubtful.add(sequence);
}

/** What was not durable may be there again, and is live then. */
function reopened(flash: Flash, live: Set<number>, doubtful: Set<number>): Journal {
	const journal = new Journal({ ...OPTIONS, store: flash });
	for (const sequence of doubtful) if (journal.has(sequence)) live.add(sequence);
	doubtful.clear();
	for (const sequence of live) assert.isTrue(journal.has(sequence), `message ${sequence} is kept over a start`);
	assert.equal(journal.count, live.size, "what has ended has ended");
	return journal;
}

describe("delivery/journal on flash that wears out", () => {
	for (let seed = 1; seed <= 12; seed++) it(`keeps what it can, and goes on (seed ${seed})`, () => wearOut(seed));
});
