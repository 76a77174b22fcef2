/*
 * Options and arguments as the SDK's sockets take them: Error for what is missing, TypeError for a wrong type, RangeError
 * for a value that can't be.
 */

/** An ArrayBuffer, or a view with elements of one byte. */
export type ByteBuffer = ArrayBufferLike | Uint8Array | Int8Array | Uint8ClampedArray | DataView;

const MOST_PORT = 65_535;

/** A whole number; digits in a string count as one, as with the SDK's classes. */
export function portOf(value: unknown, least: number): number {
	if (undefined === value) throw new Error("port required");
	if ("number" !== typeof value && "string" !== typeof value) throw new TypeError("port must be a number");
	const port = Number(value);
	if (!Number.isInteger(port) || port < least || port > MOST_PORT)
		throw new RangeError(`port must be a whole number from ${least} to ${MOST_PORT}`);
	return port;
}

/** Where the SDK's clients look for what the board has. */
interface DeviceGlobal {
	readonly device?: { readonly network?: { readonly interface?: { readonly cellular?: { readonly link?: object } } } };
}

/** What was given or, without, the modem that the board says is its network. */
export function linkOf<L extends object>(link: L | undefined): L {
	const found = link ?? (globalThis as DeviceGlobal).device?.network?.interface?.cellular?.link;
	if (undefined === link && undefined === found)
		throw new Error("link required: the modem, as in { io: TCP, link: modem }, or as device.network.interface.cellular.link");
	if (null === link || "object" !== typeof found) throw new TypeError("link must be the modem");
	return found as L;
}

export function checkCallbacks(options: object, names: readonly string[]): void {
	for (const name of names) {
		const callback = (options as Readonly<Record<string, unknown>>)[name];
		if (undefined !== callback && null !== callback && "function" !== typeof callback)
			throw new TypeError(`${name} must be a function`);
	}
}

export function formatOf<F extends string>(format: unknown, known: readonly F[]): F {
	if (undefined === format) return known[0]!;
	for (const one of known) if (one === format) return one;
	throw new RangeError(`format must be ${known.map(one => `"${one}"`).join(" or ")}`);
}

/** The bytes themselves, not a copy. */
export function bytesOf(data: unknown): Uint8Array {
	if (data instanceof Uint8Array) return data;
	if (ArrayBuffer.isView(data)) {
		const { BYTES_PER_ELEMENT = 1 } = data as { BYTES_PER_ELEMENT?: number };
		if (1 !== BYTES_PER_ELEMENT) throw new TypeError("a view must have elements of one byte");
		return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
	}
	// By what it can do: XS has more kinds of buffers than ArrayBuffer.
	const byteLength = null !== data && "object" === typeof data ? (data as { byteLength?: unknown }).byteLength : undefined;
	const bytes = undefined === byteLength ? undefined : new Uint8Array(data as ArrayBuffer);
	if (!bytes || bytes.length !== byteLength) throw new TypeError("data must be a buffer");
	return bytes;
}
