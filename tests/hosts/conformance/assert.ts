/* What the SDK's tests of sockets use of test262's `assert`, as strict as there. */

export function assert(condition: unknown, message = "expected true"): void {
	if (true !== condition) throw new Error(message);
}

assert.sameValue = (actual: unknown, expected: unknown, message = "not the same"): void => {
	if (!Object.is(actual, expected)) throw new Error(`${message}: ${String(actual)}, expected ${String(expected)}`);
};

/** By this constructor and no other: a subclass is a failure, too. */
assert.throws = (expected: ErrorConstructor, call: () => void, message = "throws"): void => {
	let thrown: unknown;
	try {
		call();
	} catch (error) {
		thrown = error;
	}
	if (expected !== (thrown as object | undefined)?.constructor)
		throw new Error(`${message}: ${thrown ?? "nothing"} was thrown, expected ${expected.prototype.name}`);
};
