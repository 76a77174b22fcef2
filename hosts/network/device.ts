/* `device.network`, where the SDK's clients and our sockets look for what the board's network has to offer. */

interface Device {
	readonly network?: { readonly interface?: object };
}

/** A function: the global object of a preloaded module is not that of the machine which runs. */
const world = () => globalThis as unknown as { device?: Device };

/** Adds to it, as the config modules beside the SDK's own clients do; what has the same name is replaced. */
export function provide(addition: object): void {
	const { device } = world();
	world().device = Object.freeze({ ...device, network: Object.freeze({ ...device?.network, ...addition }) });
}

/** All that was added so far. */
export function provided<N extends object>(): Partial<N> & NonNullable<Device["network"]> {
	return (world().device?.network ?? {}) as Partial<N>;
}
