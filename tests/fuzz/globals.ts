/* What fast-check takes from its engine when it is loaded, does not use here, and XS does not have. */

const missing: Record<string, unknown> = {
	setTimeout: unused,
	clearTimeout: unused,
	setInterval: unused,
	clearInterval: unused,
};

function unused(): never {
	throw new Error("there are no timers on XS");
}

const there = globalThis as unknown as Record<string, unknown>;
for (const name in missing) there[name] ??= missing[name];
