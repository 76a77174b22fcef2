/* `npm run servers`: the servers of the examples, until it is ended. */
import { DEFAULT_PORTS, startServers } from "./servers.js";

try {
	await startServers();
	for (const [name, port] of Object.entries(DEFAULT_PORTS)) console.log(`${name.padEnd(9)} 127.0.0.1:${port}`);
	console.log("end with Ctrl-C");
} catch (error) {
	console.error(`a server can't start: ${(error as Error).message}. Is something else on its port?`);
	process.exit(1);
}
