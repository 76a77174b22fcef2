/*
 * The servers that the examples talk to, on this machine's loopback: web and MQTT, each with and without TLS, a WebSocket
 * that sends back what it gets, and time. The tests start them on free ports, `npm run servers` on those that the examples
 * have by default.
 */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { createServer as createWebServer } from "node:http";
import { createServer as createSecureWebServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createSecureServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { Aedes } from "aedes";
import { WebSocketServer } from "ws";
import { answer } from "./http.js";
import { answerTime } from "./ntp.js";

const LOOPBACK = "127.0.0.1";
/** A modem may take a minute to fetch what a server has long sent; until then its connection is not idle. */
const PATIENCE_MS = 600_000;

export const DEFAULT_PORTS = { http: 8080, https: 8443, mqtt: 1883, mqtts: 8883, websocket: 8081, ntp: 10123 } as const;
export type ServerName = keyof typeof DEFAULT_PORTS;

export interface Servers {
	readonly ports: Readonly<Record<ServerName, number>>;
	/** Ends them and all of their connections. */
	close(): Promise<void>;
}

/** A certificate for localhost and 127.0.0.1, signed by certificates/ca.der. */
function identity(): { key: Buffer; cert: Buffer } {
	const read = (name: string) => readFileSync(fileURLToPath(new URL(`certificates/${name}`, import.meta.url)));
	return { key: read("key.pem"), cert: read("chain.pem") };
}

/** `ports`: 0 for one that is free. @throws {Error} a port is taken */
export async function startServers(ports: Readonly<Record<ServerName, number>> = DEFAULT_PORTS): Promise<Servers> {
	const broker = await Aedes.createBroker();
	const onMqtt = (socket: Socket) => void broker.handle(socket);
	const web = createWebServer({ keepAliveTimeout: PATIENCE_MS }, answer);
	const socketServer = createWebServer({ keepAliveTimeout: PATIENCE_MS });
	const echo = new WebSocketServer({ server: socketServer });
	echo.on("connection", peer => peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary })));
	const time = createSocket("udp4", answerTime);
	const servers: Readonly<Record<Exclude<ServerName, "ntp">, Server>> = {
		http: web,
		https: createSecureWebServer({ ...identity(), keepAliveTimeout: PATIENCE_MS }, answer),
		mqtt: createServer(onMqtt),
		mqtts: createSecureServer(identity(), onMqtt),
		websocket: socketServer,
	};
	const connections = new Set<Socket>();
	const found: Partial<Record<ServerName, number>> = { ntp: await bind(time, ports.ntp) };
	for (const [name, server] of Object.entries(servers) as [ServerName, Server][]) {
		server.on("connection", socket => {
			connections.add(socket);
			socket.on("close", () => connections.delete(socket));
			socket.on("error", () => {}); // a modem that vanishes is none of the server's faults
		});
		found[name] = await listen(server, ports[name]);
	}
	return {
		ports: found as Record<ServerName, number>,
		async close() {
			for (const socket of connections) socket.destroy();
			for (const server of Object.values(servers)) server.close();
			echo.close();
			time.close();
			await new Promise<void>(resolve => broker.close(resolve));
		},
	};
}

function listen(server: Server, port: number): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
	});
}

function bind(socket: DatagramSocket, port: number): Promise<number> {
	return new Promise((resolve, reject) => {
		socket.once("error", reject);
		socket.bind(port, LOOPBACK, () => resolve(socket.address().port));
	});
}
