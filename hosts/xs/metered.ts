/*
 * On XS: the functions of a benchmark, run on request between two looks at the engine's meter.
 *
 * A request is `{ name, argument }` in JSON, the answer `{ value, computed }`. What a call itself costs is measured with a
 * function that does nothing, and taken off; its name is "".
 */
export type Metered = Readonly<Record<string, (argument: never) => unknown>>;

interface Answer {
	readonly value: unknown;
	readonly computed: number;
}

/** Native in this engine: gives the byte-codes so far, and sets the limit (0: none) and the count. */
declare function resetMeter(limit: number, count: number): number;
declare function gc(): void;

const nothing = () => {};

async function meter(call: (argument: never) => unknown, argument: unknown): Promise<Answer> {
	resetMeter(0, 0);
	const value = await call(argument as never);
	const computed = resetMeter(0, 0);
	return { value, computed };
}

async function run(functions: Metered, name: string, argument: unknown): Promise<Answer> {
	const call = "" === name ? nothing : functions[name];
	if (!call) throw new RangeError(`no function "${name}": there are ${Object.keys(functions).join(", ")}`);
	const empty = await meter(nothing, argument);
	const { value, computed } = await meter(call, argument);
	return { value, computed: computed - empty.computed };
}

/** Makes `functions` what the Node side (meter.ts) can run. */
export function serve(functions: Metered): void {
	const failures: string[] = [];
	const note = (error: unknown) => failures.push((error as Error)?.stack || String(error));
	const handleCommand = (message: ArrayBuffer) => {
		const text = new TextDecoder().decode(message);
		if ("" === text) return gc();
		const { name, argument } = JSON.parse(text) as { name: string; argument: unknown };
		let answer: Answer | undefined;
		run(functions, name, argument).then(value => {
			answer = value;
		}, note);
		return {
			get result() {
				const [failure] = failures.splice(0);
				return new TextEncoder().encode(JSON.stringify(failure ? { failure } : (answer ?? {}))).buffer;
			},
		};
	};
	Object.assign(globalThis, { handleCommand, console: { error: (_title: string, reason: unknown) => note(reason) } });
}
