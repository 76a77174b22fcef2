/* One run of the virtual modem on a pseudo-terminal or a TCP port, from the command line to the signal that ends it. */
import { traceText } from "../../../modules/virtual/line/trace.js";
import { VirtualModem } from "../../../modules/virtual/modem.js";
import { UsageError } from "../arguments.js";
import { RealClock } from "../real-clock.js";
import { obey, printSent } from "./control.js";
import { removeLink, takeLink } from "./link.js";
import { ModemNetwork } from "./network.js";
import { HELP, type ModemOptions, readOptions } from "./options.js";
import { TcpLine } from "./tcp.js";
import { Terminal } from "./terminal.js";

/** Gives the exit code when a signal has ended it. */
export async function run(argv: readonly string[]): Promise<number> {
	try {
		const options = readOptions(argv);
		if (options) await serve(options);
		else console.log(HELP);
		return 0;
	} catch (error) {
		const usage = error instanceof UsageError;
		console.error(`npm run modem: ${(error as Error).message}${usage ? " (see npm run modem -- --help)" : ""}`);
		return usage ? 2 : 1;
	}
}

async function serve(options: ModemOptions): Promise<void> {
	const { link, tcp, model, baud, speed, seed, pin, faults, quirks, trace } = options;
	if (undefined !== link) takeLink(link);
	const ended = endOfService(); // before anybody can know that it has begun
	const hear = (bytes: Uint8Array) => modem.receive(new Uint8Array(bytes));
	const terminal = undefined === link ? undefined : new Terminal(hear);
	const line = undefined === tcp ? undefined : await TcpLine.listen(tcp, hear);
	const modem = new VirtualModem({
		clock: new RealClock(speed),
		network: new ModemNetwork(),
		transmit: bytes => {
			terminal?.write(bytes);
			line?.write(bytes);
		},
		...{ model, baud, seed, sim: { pin }, faults, quirks, on: true },
		...(trace && { onTrace: (direction, text, atMs) => console.error(traceText(direction, text, atMs)) }),
	});
	const stopObeying = options.control ? obey(modem, process.stdin, console.error) : () => {};
	printSent(modem, console.log);
	const device = terminal?.device;
	try {
		if (undefined !== link && undefined !== device) takeLink(link, device);
		console.log(JSON.stringify({ ready: true, link, device, tcp: line?.port, model, baud, speed, seed, pid: process.pid }));
		await ended;
	} finally {
		stopObeying();
		modem.close();
		line?.close();
		terminal?.close();
		if (undefined !== link && undefined !== device) removeLink(link, device);
	}
}

function endOfService(): Promise<void> {
	return new Promise(resolve => {
		for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve());
	});
}
