/* Numbers that survive a reboot: what was written is read, and nothing else is taken for it. */
import { assert } from "chai";
import { type Counters, readCounters, writeCounters } from "../../modules/core/counters.js";

function store(text?: string): Counters & { text: string | undefined } {
	return {
		text,
		read() {
			return this.text;
		},
		write(written: string) {
			this.text = written;
		},
	};
}

describe("core/counters", () => {
	it("gives what was written, whole numbers of 31 bits, rounded up", () => {
		const counters = store();
		assert.isTrue(writeCounters(counters, [0, 1, 3599.2, 2 ** 40, -1]));
		assert.deepEqual(readCounters(counters, 5), { kind: "values", values: [0, 1, 3_600, 0x7fff_ffff, 0] });
	});

	it("says of a record whether it is missing or damaged", () => {
		assert.deepEqual(readCounters(undefined, 3), { kind: "missing" });
		assert.deepEqual(readCounters(store(), 3), { kind: "missing" });
		const written = store();
		writeCounters(written, [10, 20, 30]);
		const text = written.text!;
		assert.equal(readCounters(store(text), 3).kind, "values");
		const damaged = ["", " ", "x", "10 20 30", `${text} `, ` ${text}`, text.replace("20", "21"), text.replace("20", "0x14")];
		for (let bytes = 0; bytes < text.length; bytes++)
			damaged.push(text.slice(0, bytes), `${text.slice(0, bytes)}7${text.slice(bytes + 1)}`);
		for (const other of damaged) if (other !== text) assert.equal(readCounters(store(other), 3).kind, "damaged", other);
		for (const count of [0, 2, 4]) assert.equal(readCounters(store(text), count).kind, "damaged", `${count}`);
	});

	it("a store that throws, or gives no text, stops nobody", () => {
		const broken: Counters = {
			read() {
				throw new Error("worn out");
			},
			write() {
				throw new Error("worn out");
			},
		};
		assert.deepEqual(readCounters(broken, 3), { kind: "damaged" });
		assert.isFalse(writeCounters(broken, [1, 2, 3]));
		assert.isFalse(writeCounters(undefined, [1, 2, 3]));
		assert.deepEqual(readCounters(store(5 as unknown as string), 3), { kind: "damaged" });
	});
});
