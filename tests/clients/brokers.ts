/* Brokers of others for MQTT, each on a free port of loopback. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Aedes } from "aedes";
import { LOOPBACK, serve } from "./loopback.js";

export interface Broker {
	readonly port: number;
	close(): Promise<void>;
}

/** From npm, in this process. `admitted`: a connection waits for it. */
export async function aedes(admitted?: () => Promise<void>): Promise<Broker> {
	const broker = await Aedes.createBroker();
	const server = await serve(async socket => {
		await admitted?.();
		broker.handle(socket);
	});
	return {
		port: server.port,
		async close() {
			await new Promise<void>(resolve => broker.close(resolve));
			server.close();
		},
	};
}

/** It can't be told to take a free port: now and then somebody else takes the one that was found for it. */
const TRIES = 5;

/** Debian's, a process of its own. Undefined: this machine has none. */
export async function mosquitto(): Promise<Broker | undefined> {
	const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
	for (let tries = 0; tries < TRIES; tries++) {
		const broker = await startMosquitto(join(folder, "config"));
		if ("taken" === broker) continue;
		rmSync(folder, { recursive: true });
		return broker;
	}
	throw new Error(`no port for mosquitto in ${TRIES} tries`);
}

async function startMosquitto(config: string): Promise<Broker | "taken" | undefined> {
	const port = await freePort();
	// By default it throws away what a slow client has more than a thousand of to come, and cuts off who sends twenty at once.
	const limits = "max_queued_messages 0\nmax_inflight_messages 0\n";
	writeFileSync(config, `listener ${port} ${LOOPBACK}\nallow_anonymous true\n${limits}`);
	const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
	const child = spawn("mosquitto", ["-c", config], { env, stdio: ["ignore", "ignore", "pipe"] });
	const ended = new Promise<"missing" | "ended">(resolve => {
		child.once("error", () => resolve("missing"));
		child.once("close", () => resolve("ended"));
	});
	let said = "";
	const running = new Promise<"running">(resolve => {
		createInterface({ input: child.stderr }).on("line", line => {
			said += `${line}\n`;
			if (line.endsWith(" running")) resolve("running");
		});
	});
	const state = await Promise.race([ended, running]);
	if ("missing" === state) return undefined;
	if ("ended" === state && said.includes("Address already in use")) return "taken";
	if ("ended" === state) throw new Error(`mosquitto does not start: ${said}`);
	return {
		port,
		async close() {
			child.kill();
			await ended;
		},
	};
}

async function freePort(): Promise<number> {
	const server = await serve(() => {});
	server.close();
	return server.port;
}
