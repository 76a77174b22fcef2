/* The modem's HTTP client (AT+HTTPACTION): one request on one connection, its answer kept for AT+HTTPREAD. */
import { bytesOf, textOf } from "../bytes.js";
import { Stream } from "../ip/stream.js";
import type { Session } from "../session.js";
import { HttpResponse } from "./http-response.js";
import type { AppBearer } from "./sapbr.js";

/** What +HTTPACTION says when it is not the server's own status. */
export const HTTP = { network: 601, memory: 602, dns: 603, busy: 604 } as const;
const METHODS = ["GET", "POST", "HEAD"] as const;
const DEFAULT_TIMEOUT_S = 120;
const DEFAULT_AGENT = "SIMCOM_MODULE";

interface Target {
	readonly host: string;
	readonly port: number;
	readonly path: string;
	readonly secure: boolean;
}

export class HttpClient {
	readonly parameters = new Map<string, string>();
	/** What AT+HTTPDATA has taken. */
	data: Uint8Array = new Uint8Array(0);
	/** AT+HTTPSSL. */
	secure = false;
	/** The answer's body; undefined: there is none to be read. */
	body: Uint8Array | undefined;
	readonly #session: Session;
	readonly #bearers: readonly AppBearer[];
	#stream: Stream | undefined;
	/** Ends the request that is under way. */
	#finish: ((status: number, body?: Uint8Array) => void) | undefined;

	/** `bearers`: from cid 1 on. */
	constructor(session: Session, bearers: readonly AppBearer[]) {
		this.#session = session;
		this.#bearers = bearers;
	}

	/** `onDone` gets a status and the number of bytes that can be read. */
	request(method: number, onDone: (status: number, bytes: number) => void): void {
		const { schedule, activity } = this.#session.world;
		const endActivity = activity.begin();
		const timeoutMs = 1000 * Number(this.parameters.get("TIMEOUT") ?? DEFAULT_TIMEOUT_S);
		const timer = schedule.after(timeoutMs, () => this.#finish?.(HTTP.network));
		this.body = undefined;
		this.#finish = (status, body) => {
			this.#finish = undefined;
			this.body = body;
			schedule.cancel(timer);
			this.#stream?.abort();
			endActivity();
			onDone(status, body?.length ?? 0);
		};
		const target = this.#target();
		if (target) this.#connect(method, target);
		else schedule.after(this.#session.world.timing.commandMs, () => this.#finish?.(HTTP.network));
	}

	get busy(): boolean {
		return undefined !== this.#finish;
	}

	/** Undefined: there is no way to it. */
	#target(): Target | undefined {
		const { world } = this.#session;
		const target = targetOf(this.parameters.get("URL") ?? "", this.secure);
		const bearer = this.#bearers[Number(this.parameters.get("CID") ?? 1) - 1];
		return bearer?.address && (world.network.secure || !target?.secure) ? target : undefined;
	}

	#connect(method: number, target: Target): void {
		const response = new HttpResponse("HEAD" === METHODS[method]);
		const settle = () => {
			if (0 === response.status) this.#finish?.(HTTP.network);
			else this.#finish?.(response.tooLong ? HTTP.memory : response.status, response.body);
		};
		this.#stream = new Stream(this.#session.air, this.#session.world.tcp.receiveWindowBytes, {
			onConnect: () => this.#send(method, target),
			onData: bytes => {
				this.#stream?.credit(bytes.length);
				if (response.add(bytes)) settle();
			},
			onAcknowledged: () => {},
			onEnd: settle,
			onFailure: reason => this.#finish?.("dns" === reason ? HTTP.dns : HTTP.network),
		});
		const { host, port, secure } = target;
		this.#stream.connect(this.#session.world.network, { protocol: "TCP", host, port, ...(secure ? { secure } : {}) });
	}

	#send(method: number, { host, port, path }: Target): void {
		const post = "POST" === METHODS[method];
		const agent = this.parameters.get("UA") ?? DEFAULT_AGENT;
		const lines = [
			`${METHODS[method]} ${path} HTTP/1.1`,
			`Host: ${host}${80 === port ? "" : `:${port}`}`,
			`User-Agent: ${agent}`,
		];
		const own = this.parameters.get("USERDATA");
		if (own) lines.push(...own.split("\\r\\n"));
		if (post)
			lines.push(`Content-Type: ${this.parameters.get("CONTENT") ?? "text/plain"}`, `Content-Length: ${this.data.length}`);
		lines.push("Accept: */*", "Connection: close");
		this.#stream?.send(bytesOf(`${lines.join("\r\n")}\r\n\r\n${post ? textOf(this.data) : ""}`));
	}
}

function targetOf(url: string, secure: boolean): Target | undefined {
	const parts = /^(?:(https?):\/\/)?([^/:?]+)(?::(\d+))?(\/.*)?$/i.exec(url);
	if (!parts) return undefined;
	const tls = secure || "https" === parts[1]?.toLowerCase();
	return { host: parts[2]!, port: Number(parts[3] ?? (tls ? 443 : 80)), path: parts[4] ?? "/", secure: tls };
}
