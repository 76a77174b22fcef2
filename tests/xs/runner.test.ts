/* A spec that fails on XS must fail here, with its message and the place in its source. */
import { assert } from "chai";
import { SpecFile } from "./session.js";

async function failureOf(promise: Promise<void>): Promise<Error> {
	return promise.then(
		() => assert.fail("passed"),
		(error: Error) => error,
	);
}

describe("specs on XS", () => {
	let file: SpecFile;

	before(async () => {
		file = await SpecFile.read("tests/xs/fixtures/outcomes.ts");
		await file.open();
	});
	after(() => file.close());

	it("are listed by their full names", async () => {
		const infos = await file.list();
		assert.deepInclude(infos, { title: "outer inner passes after its hooks", pending: false });
		assert.deepInclude(infos, { title: "outer inner is skipped", pending: true });
		assert.lengthOf(infos, 8);
	});

	it("pass when they should", () => file.run(0));

	it("fail with message, stack and the place in the source", async () => {
		const failure = await failureOf(file.run(1));
		assert.equal(failure.message, "expected { bytes: [ 1, 2 ] } to deeply equal { bytes: [ 1, 3 ] }");
		assert.match(failure.stack!, /^AssertionError: expected/);
		assert.include(failure.stack, "(tests/xs/fixtures/outcomes.ts:22)");
	});

	it("fail for a rejection that nobody handles", async () => {
		const failure = await failureOf(file.run(2));
		assert.include(failure.message, "unhandled rejection: RangeError: nobody waits for this");
	});

	it("fail when their promise is never settled", async () => {
		assert.match((await failureOf(file.run(3))).message, /^never settled/);
	});

	it("fail for an error in a hook", async () => {
		assert.equal((await failureOf(file.run(5))).message, "from the after hook");
	});

	it("fail when the engine ends, as do those after them", async () => {
		assert.equal((await failureOf(file.run(6))).message, "XS ended: stack overflow");
		assert.equal((await failureOf(file.run(7))).message, "XS ended: stack overflow");
	});
});
