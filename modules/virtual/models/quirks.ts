/*
 * What a model does in one way or another: where its facts are doubtful, or its firmware differs. A table for each family;
 * the first choice is the default.
 */
export type QuirkValue = boolean | number | string;

export interface Quirk<Value extends QuirkValue = QuirkValue> {
	readonly value: Value;
	/** Undefined: any number. */
	readonly choices: readonly Value[] | undefined;
	readonly help: string;
}

export type QuirkTable = Readonly<Record<string, Quirk>>;
export type Quirks = Readonly<Record<string, QuirkValue>>;

/** The values behind a table. */
export type ValuesOf<Table extends QuirkTable> = {
	readonly [Name in keyof Table]: Table[Name] extends Quirk<infer Value> ? Value : never;
};

export function flag(value: boolean, help: string): Quirk<boolean> {
	return { value, choices: [true, false], help };
}

export function choice<const Value extends QuirkValue>(choices: readonly [Value, ...Value[]], help: string): Quirk<Value> {
	return { value: choices[0], choices, help };
}

export function count(value: number, help: string): Quirk<number> {
	return { value, choices: undefined, help };
}

/** The same table with other defaults. */
export function withDefaults<Table extends QuirkTable>(table: Table, values: Partial<ValuesOf<Table>>): Table {
	const changed = Object.entries(values).map(([name, value]) => [name, { ...table[name]!, value: value as QuirkValue }]);
	return { ...table, ...Object.fromEntries(changed) };
}

/** @throws {RangeError} there is no such quirk, or not with this value */
export function quirksOf(table: QuirkTable, values: Quirks = {}): Quirks {
	for (const [name, value] of Object.entries(values)) {
		const quirk = Object.hasOwn(table, name) ? table[name] : undefined;
		if (!quirk) throw new RangeError(`quirk ${name} is not known; there are: ${Object.keys(table).join(", ") || "none"}`);
		if (quirk.choices ? !quirk.choices.includes(value) : "number" !== typeof value)
			throw new RangeError(`quirk ${name} must be ${quirk.choices?.join(" or ") ?? "a number"}, not ${value}`);
	}
	return { ...Object.fromEntries(Object.entries(table).map(([name, { value }]) => [name, value])), ...values };
}

/** `NAME=VALUE`, as on a command line. @throws {RangeError} */
export function parseQuirk(table: QuirkTable, text: string): readonly [name: string, value: QuirkValue] {
	const [name = "", word = ""] = text.split(/=(.*)/s);
	const quirk = Object.hasOwn(table, name) ? table[name] : undefined;
	const value = quirk?.choices ? (quirk.choices.find(one => String(one) === word) ?? word) : Number(word);
	quirksOf(table, { [name]: value });
	return [name, value];
}
