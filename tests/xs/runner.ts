/*
 * The part of mocha that the specs use, for XS: describe, it and the four hooks, run one spec at a time.
 *
 * The Node side (specs.test.ts) asks for the list of specs, then for each by its number. There are no timers on XS, so a
 * spec that is not settled when the promise queue is empty never will be: it has no result then.
 */
type Body = (this: unknown) => unknown;
type HookKind = "before" | "after" | "beforeEach" | "afterEach";

interface Suite {
	readonly title: string;
	readonly parent: Suite | undefined;
	readonly hooks: Record<HookKind, Body[]>;
	entered: boolean;
	specsLeft: number;
}

interface Spec {
	readonly title: string;
	readonly suite: Suite;
	/** Undefined: pending. */
	readonly body: Body | undefined;
}

export interface SpecInfo {
	readonly title: string;
	readonly pending: boolean;
}

export interface SpecResult {
	/** Undefined: passed. */
	readonly failure: { readonly message: string; readonly stack: string } | undefined;
}

const root = suite("", undefined);
const specs: Spec[] = [];
let current = root;
/** What mocha offers on `this`, and means nothing here. */
const context = { timeout() {}, slow() {}, retries() {} };
const rejections: string[] = [];

function suite(title: string, parent: Suite | undefined): Suite {
	return { title, parent, hooks: { before: [], after: [], beforeEach: [], afterEach: [] }, entered: false, specsLeft: 0 };
}

function describeSuite(title: string, body: Body): void {
	current = suite(title, current);
	body.call(context);
	current = current.parent!;
}

function addSpec(title: string, body?: Body): void {
	specs.push({ title, suite: current, body });
	for (const one of lineage(current)) one.specsLeft++;
}

function skipSuite(title: string, body: Body): void {
	const first = specs.length;
	describeSuite(title, body);
	for (let index = first; index < specs.length; index++) specs[index] = { ...specs[index]!, body: undefined };
}

function hook(kind: HookKind) {
	return (first: string | Body, second?: Body) => {
		current.hooks[kind].push((second ?? first) as Body); // a hook may have a title
	};
}

/** From the outermost suite to this one. */
function lineage(innermost: Suite): Suite[] {
	return innermost.parent ? [...lineage(innermost.parent), innermost] : [innermost];
}

async function runHooks(one: Suite, kind: HookKind): Promise<void> {
	for (const body of one.hooks[kind]) await body.call(context);
}

async function runBody(spec: Spec, path: readonly Suite[]): Promise<void> {
	for (const one of path) {
		if (one.entered) continue;
		one.entered = true;
		await runHooks(one, "before");
	}
	for (const one of path) await runHooks(one, "beforeEach");
	await spec.body?.call(context);
}

async function runSpec(spec: Spec): Promise<SpecResult> {
	const path = lineage(spec.suite);
	const inwards = [...path].reverse();
	const failures: unknown[] = [];
	const caught = (error: unknown) => failures.push(error);
	await runBody(spec, path).catch(caught);
	for (const one of inwards) await runHooks(one, "afterEach").catch(caught);
	for (const one of inwards) if (0 === --one.specsLeft) await runHooks(one, "after").catch(caught);
	return { failure: 0 === failures.length ? undefined : describeError(failures[0]) };
}

function describeError(error: unknown): { message: string; stack: string } {
	const { message = String(error), stack = "" } = (error ?? {}) as { message?: string; stack?: string };
	return { message, stack };
}

/** An unhandled rejection is told to `console.error`, after the promise queue has run empty. */
function noteRejection(_title: string, reason: unknown): void {
	rejections.push(describeError(reason).stack || String(reason));
}

function titleOf(spec: Spec): string {
	return [...lineage(spec.suite).map(one => one.title), spec.title].filter(title => title).join(" ");
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer;

/** The message is a spec's number, or nothing for the list of specs. */
function handleCommand(message: ArrayBuffer): unknown {
	const text = new TextDecoder().decode(message);
	if ("" === text) return encode(specs.map(spec => ({ title: titleOf(spec), pending: !spec.body }) satisfies SpecInfo));
	let result: SpecResult | undefined;
	runSpec(specs[Number(text)]!).then(value => {
		result = value;
	});
	return {
		// Read when the promise queue is empty, which is when rejections have been reported.
		get result() {
			const [rejection] = rejections.splice(0);
			if (rejection) return encode({ failure: { message: `unhandled rejection: ${rejection}`, stack: "" } } satisfies SpecResult);
			return result && encode(result);
		},
	};
}

Object.assign(globalThis, {
	describe: Object.assign(describeSuite, { skip: skipSuite }),
	it: Object.assign(addSpec, { skip: (title: string) => addSpec(title) }),
	before: hook("before"),
	after: hook("after"),
	beforeEach: hook("beforeEach"),
	afterEach: hook("afterEach"),
	console: { log: print, warn: print, error: noteRejection },
	handleCommand,
});

declare function print(...values: unknown[]): void;
