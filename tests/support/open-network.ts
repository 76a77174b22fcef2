/*
 * The Internet in memory, where every address and every port has somebody: a connection that goes astray finds a stranger,
 * who takes what comes and says nothing.
 */
import { FakeNetwork, type FakeServer } from "../virtual/network.js";

/** Four numbers up to 255. */
const ADDRESS = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/;

export class OpenNetwork extends FakeNetwork {
	readonly strangers: { readonly target: string; readonly server: FakeServer }[] = [];
	/** "host:port" where a connection is refused. */
	readonly refusing = new Set<string>();
	readonly #known = new Set<string>();

	override server(target: string, options: Parameters<FakeNetwork["server"]>[1] = {}): FakeServer {
		const protocol = ("function" === typeof options ? undefined : options?.protocol) ?? "TCP";
		this.#known.add(`${protocol} ${target}`);
		return super.server(target, options);
	}

	override connect(...[peer, callbacks]: Parameters<FakeNetwork["connect"]>): ReturnType<FakeNetwork["connect"]> {
		const { host, port, protocol } = peer;
		const target = `${host}:${port}`;
		if (ADDRESS.test(host) && !this.refusing.has(target) && !this.#known.has(`${protocol} ${target}`))
			this.strangers.push({ target, server: this.server(target, { protocol }) });
		return super.connect(peer, callbacks);
	}
}
