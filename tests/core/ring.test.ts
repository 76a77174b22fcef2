/* The ring buffer: bytes out in the order in which they came in, however the end of its memory falls. */
import { assert } from "chai";
import { RingBuffer } from "../../modules/core/ring.js";

describe("core/ring", () => {
	it("gives one byte after another, across the end of its memory, and room for as many", () => {
		const ring = new RingBuffer(4);
		let next = 0;
		for (let byte = 0; byte < 20; byte += 2) {
			assert.isTrue(ring.write(Uint8Array.of(byte, byte + 1)));
			if (0 === byte) continue;
			assert.equal(ring.free, 0);
			for (let count = 0; count < 2; count++) assert.equal(ring.readByte(), next++);
			assert.equal(ring.free, 2);
		}
		assert.deepEqual(ring.read(), Uint8Array.of(18, 19));
	});

	it("does not give what is not committed", () => {
		const ring = new RingBuffer(4);
		ring.write(Uint8Array.of(1));
		ring.stage(Uint8Array.of(2));
		assert.equal(ring.readByte(), 1);
		assert.equal(ring.length, 0);
		ring.commit();
		assert.equal(ring.readByte(), 2);
	});
});
