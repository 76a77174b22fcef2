/* `npm run modem` from the outside: a virtual modem that other programs take for one on a serial port. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
	closeSync,
	constants,
	lstatSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	readSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { SerialPort } from "serialport";
import { removeLink, takeLink } from "../../../hosts/node/modem/link.js";
import { Terminal } from "../../../hosts/node/modem/terminal.js";
import { MODELS } from "../../../modules/virtual/models/index.js";
import { Program } from "../program.js";

/** A program with the device open, as npm's serialport does it. */
class Client {
	received = "";
	readonly #port: SerialPort;
	#onData: () => void = () => {};

	private constructor(port: SerialPort) {
		this.#port = port;
		port.on("data", data => {
			this.received += data.toString("latin1");
			this.#onData();
		});
	}

	static open(path: string): Promise<Client> {
		return new Promise((resolve, reject) => {
			const port = new SerialPort({ path, baudRate: 115200, autoOpen: false });
			port.open(error => (error ? reject(error) : resolve(new Client(port))));
		});
	}

	/** Writes, and gives what came from then on until `end` was in it. */
	async ask(text: string, end = "\r\nOK\r\n"): Promise<string> {
		const from = this.received.length;
		this.#port.write(text, "latin1");
		while (!this.received.slice(from).includes(end)) {
			await new Promise<void>(resolve => {
				this.#onData = resolve;
			});
		}
		return this.received.slice(from);
	}

	close(): Promise<void> {
		return new Promise(resolve => this.#port.close(() => resolve()));
	}
}

/** What a program would find there that does not throw away what it finds, as serialport does. */
function readNow(path: string): string {
	const device = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
	try {
		const bytes = Buffer.alloc(4096);
		return bytes.toString("latin1", 0, readSync(device, bytes));
	} finally {
		closeSync(device);
	}
}

describe("npm run modem", () => {
	let folder: string;
	let link: string;
	let modem: Program;

	async function ready(...options: string[]): Promise<Record<string, unknown>> {
		modem = Program.modem("--link", link, "--speed", "20", ...options);
		return JSON.parse(await modem.line("ready"));
	}

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "modem-"));
		link = join(folder, "modem");
	});
	afterEach(async () => {
		await modem.kill();
		rmSync(folder, { recursive: true });
	});

	it("says when it is ready, and where", async () => {
		const line = await ready("--model", "sim800", "--seed", "7");
		assert.containsSubset(line, { ready: true, link, model: "sim800", baud: 115_200, speed: 20, seed: 7 });
		assert.equal(line.device, readlinkSync(link));
		assert.lengthOf(modem.lines, 1);
	});

	for (const signal of ["SIGTERM", "SIGINT"] as const) {
		it(`ends with 0 on ${signal} and takes its link away`, async () => {
			await ready();
			modem.signal(signal);
			assert.equal(await modem.exit(), 0);
			assert.isUndefined(lstatSync(link, { throwIfNoEntry: false }));
			assert.equal(modem.stderr, "");
		});
	}

	it("is on, and answers one program after the other", async () => {
		await ready();
		for (let round = 0; round < 2; round++) {
			const client = await Client.open(link);
			assert.equal(await client.ask("AT+CREG?\r"), "AT+CREG?\r\r\n+CREG: 0,1\r\n\r\nOK\r\n");
			assert.notInclude(client.received.slice(0, 2), "\n", "nothing stale before the answer");
			await client.close();
		}
	});

	it("keeps what it says to nobody from the next program", async () => {
		await ready("--trace");
		let client = await Client.open(link);
		await client.ask("AT+COPS=?\r", "AT+COPS=?"); // takes 20 s of the modem's time, 1 s here
		await client.close();
		while (!/\+COPS: \([^<]*< OK/.test(modem.stderr)) await modem.said();
		assert.throws(() => readNow(link), /EAGAIN/); // nothing is there
		client = await Client.open(link);
		assert.equal(await client.ask("AT\r"), "AT\r\r\nOK\r\n");
		await client.close();
	});

	it("carries all 256 values as they are, both ways, on a socket of this machine", async () => {
		const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
		const echo = createServer(socket => socket.on("error", () => {}).pipe(socket)).listen(0, "127.0.0.1");
		await once(echo, "listening");
		await ready();
		const client = await Client.open(link);
		for (const line of ["ATE0", 'AT+CSTT="internet"', "AT+CIICR"]) await client.ask(`${line}\r`);
		await client.ask("AT+CIFSR\r", "\r\n10.");
		await client.ask(`AT+CIPSTART="TCP","127.0.0.1",${(echo.address() as AddressInfo).port}\r`, "CONNECT OK\r\n");
		await client.ask("AT+CIPSEND=256\r", "> ");
		assert.include(await client.ask(bytes.toString("latin1"), bytes.toString("latin1")), "\r\nSEND OK\r\n");
		await client.close();
		echo.close();
	});

	it("strikes secrets out of its trace", async () => {
		await ready("--trace", "--pin", "2468");
		const client = await Client.open(link);
		await client.ask('AT+CPIN="2468"\r', "+CPIN: READY\r\n");
		await client.close();
		modem.signal("SIGTERM");
		await modem.exit();
		assert.match(modem.stderr, /^ +\d+\.\d{3} > AT\+CPIN=\*\*\*$/m);
		assert.match(modem.stderr, /^ +\d+\.\d{3} < \+CPIN: READY$/m);
		assert.notInclude(modem.stderr, "2468");
	});

	it("lets happen what --control is told, and tells what is sent", async () => {
		await ready("--control");
		const client = await Client.open(link);
		await client.ask("AT+CMGF=1;+CLIP=1\r");
		modem.tell({ sms: { from: "+15550123", text: "hello" } });
		assert.include(await client.ask("", '"SM",1\r\n'), '+CMTI: "SM",1');
		modem.tell({ ring: "+15550124" });
		assert.include(await client.ask("", ",0\r\n"), '\r\nRING\r\n\r\n+CLIP: "+15550124"');
		modem.tell({ hangUp: true });
		await client.ask("", "\r\nNO CARRIER\r\n");
		await client.ask("AT+CREG=1\r");
		modem.tell({ covered: false });
		await client.ask("", "\r\n+CREG: 2\r\n");
		modem.tell({ covered: true });
		await client.ask("", "\r\n+CREG: 1\r\n");
		await client.ask('AT+CMGS="+15550125"\r', "> ");
		await client.ask("good bye\x1a");
		assert.deepEqual(JSON.parse(await modem.line("sent")), { sent: { to: "+15550125", text: "good bye" } });
		await client.close();
		modem.signal("SIGTERM");
		assert.equal(await modem.exit(), 0);
		assert.equal(modem.stderr, "");
	});

	it("says what it does not understand of --control, and goes on", async () => {
		await ready("--control");
		for (const [line, complaint] of [
			[[], "must be an object in JSON"],
			[{ fly: true }, '"fly" is not known; there are: sms, ring, hangUp, covered'],
			[{ sms: { from: "+15550123" } }, '"text" is missing'],
			[{ sms: { from: "+15550123", text: 5 } }, '"text" must be a text'],
			[{ ring: 'x"' }, "a number must be"],
			[{ covered: "no" }, '"covered" must be'],
		] as const) {
			modem.tell(line);
			while (!modem.stderr.includes(complaint)) await modem.said();
		}
		assert.lengthOf(modem.stderr.trim().split("\n"), 6);
	});

	it("has the faults that it is given", async () => {
		await ready("--fault", "no-sim", "--fault", "roaming");
		const client = await Client.open(link);
		assert.include(await client.ask("AT+CMEE=2;+CPIN?\r", "SIM not inserted"), "+CME ERROR: SIM not inserted");
		await client.close();
	});

	it("replaces a link that is left over, and nothing else", async () => {
		symlinkSync("/dev/pts/999999", link);
		const { device } = await ready();
		assert.equal(readlinkSync(link), device);
		await modem.kill();

		const [file, foreign] = [join(folder, "file"), join(folder, "foreign")];
		writeFileSync(file, "precious");
		symlinkSync(file, foreign);
		for (const [path, complaint] of [
			[file, "exists and is no symbolic link"],
			[foreign, "which is no modem's"],
		] as const) {
			modem = Program.modem("--link", path);
			assert.equal(await modem.exit(), 2);
			assert.match(modem.stderr, new RegExp(`^npm run modem: [^\n]*${complaint}[^\n]*\n$`));
		}
		assert.equal(readlinkSync(foreign), file);
	});

	it("gets a link again that leads to its own terminal, and no other modem does", async () => {
		modem = Program.modem("--help");
		const [own, other] = [new Terminal(() => {}), new Terminal(() => {})];
		symlinkSync(own.device, link);
		takeLink(link, own.device); // left behind by one that had the same number
		assert.throws(() => takeLink(link), /is in use/);
		assert.throws(() => takeLink(link, other.device), /is in use/);
		assert.equal(readlinkSync(link), own.device);
		removeLink(link, other.device);
		assert.equal(readlinkSync(link), own.device);
		removeLink(link, own.device);
		assert.isUndefined(lstatSync(link, { throwIfNoEntry: false }));
		own.close();
		other.close();
	});

	it("leaves a link alone that another modem has", async () => {
		const { device } = await ready();
		const second = Program.modem("--link", link);
		assert.equal(await second.exit(), 2);
		assert.match(
			second.stderr,
			/^npm run modem: --link [^\n]* is in use: end that modem, remove the link or give another path[^\n]*\n$/,
		);
		assert.equal(readlinkSync(link), device);
		const client = await Client.open(link);
		assert.equal(await client.ask("AT\r"), "AT\r\r\nOK\r\n");
		await client.close();
	});

	it("leaves a link alone that another modem has taken over", async () => {
		await ready();
		rmSync(link);
		symlinkSync("/dev/null", link);
		modem.signal("SIGTERM");
		assert.equal(await modem.exit(), 0);
		assert.equal(readlinkSync(link), "/dev/null");
	});

	for (const [what, options, pattern] of [
		["no link", [], /--link PATH is needed/],
		["a fault that is not known", ["--link", "x", "--fault", "gremlins"], /--fault gremlins is not known; there are: drop, /],
		["a fault without its value", ["--link", "x", "--fault", "pin-tries"], /pin-tries=/],
		["a rate that it does not have", ["--link", "x", "--baud", "1234"], /--baud must be one of 0, 1200/],
		["a model that is none", ["--link", "x", "--model", "sim7500"], /--model must be one of sim900, sim800, sim7600/],
		["a rate that another model has", ["--link", "x", "--model", "bg96", "--baud", "1200"], /--baud must be one of 0, 9600/],
		["a quirk of another model", ["--tcp", "0", "--quirk", "netopen=error"], /--quirk netopen is not known; there are: none/],
		["a quirk's value", ["--tcp", "0", "--model", "a7670", "--quirk", "rdy=5"], /--quirk rdy must be true or false, not 5/],
		["a port that is none", ["--tcp", "70000"], /--tcp must be a whole number from 0 to 65535/],
	] as [string, string[], RegExp][]) {
		it(`refuses ${what}`, async () => {
			modem = Program.modem(...options);
			assert.equal(await modem.exit(), 2);
			assert.match(modem.stderr, pattern);
		});
	}

	for (const [model, answer] of [
		["sim7600", "+CPIN: READY"],
		["a7670", "+CPIN: READY"],
		["bg96", "+CPIN: READY"],
		["ec2x", "+CPIN: READY"],
	] as const) {
		it(`is a ${model} on a TCP port as well, one program at a time`, async () => {
			const line = await ready("--tcp", "0", "--model", model, "--baud", "921600");
			assert.containsSubset(line, { model, baud: 921_600 });
			const socket = connect(line.tcp as number, "127.0.0.1");
			await once(socket, "connect");
			let heard = "";
			socket.on("data", bytes => {
				heard += bytes.toString("latin1");
			});
			socket.write("AT+CPIN?\r");
			while (!heard.includes("OK\r\n")) await once(socket, "data");
			assert.equal(heard, `AT+CPIN?\r\r\n${answer}\r\n\r\nOK\r\n`);
			const second = connect(line.tcp as number, "127.0.0.1");
			await once(second, "close");
			const client = await Client.open(link);
			assert.equal(await client.ask("AT\r"), "AT\r\r\nOK\r\n");
			await client.close();
			socket.destroy();
		});
	}

	it("needs no terminal for its TCP port", async () => {
		modem = Program.modem("--tcp", "0", "--speed", "20");
		const line = JSON.parse(await modem.line("ready"));
		assert.notProperty(line, "device");
		modem.signal("SIGTERM");
		assert.equal(await modem.exit(), 0);
	});

	it("sends and hears datagrams of any peer, on this machine's network", async () => {
		const [one, two] = [createSocket("udp4").unref(), createSocket("udp4").unref()];
		one.bind(0, "127.0.0.1");
		two.bind(0, "127.0.0.1");
		await Promise.all([once(one, "listening"), once(two, "listening")]);
		one.on("message", (bytes, from) => {
			one.send(`${bytes} one`, from.port, from.address);
			two.send(`${bytes} two`, from.port, from.address);
		});
		await ready("--model", "sim7600");
		const client = await Client.open(link);
		for (const command of ["ATE0", "AT+CIPRXGET=1"]) await client.ask(`${command}\r`);
		await client.ask("AT+NETOPEN\r", "+NETOPEN: 0\r\n");
		await client.ask('AT+CIPOPEN=0,"UDP",,,0\r');
		await client.ask(`AT+CIPSEND=0,5,"127.0.0.1",${one.address().port}\r`, ">");
		await client.ask("hello", "+CIPRXGET: 1,0\r\n");
		while (!(await client.ask("AT+CIPRXGET=4,0\r")).includes("4,0,18"));
		const data = await client.ask("AT+CIPRXGET=2,0\r");
		assert.sameMembers(
			[...data.matchAll(/hello (one|two)/g)].map(([, who]) => who),
			["one", "two"],
		);
		await client.close();
		one.close();
		two.close();
	});

	describe("and npm start --serial", () => {
		const server = createServer(socket => socket.on("error", () => {}).pipe(socket));
		/** Of a run with the server: an answer to each message. */
		let ports: string[];

		before(async () => {
			server.listen(0, "127.0.0.1");
			await once(server, "listening");
			ports = ["--host", "127.0.0.1", "--port", String((server.address() as AddressInfo).port)];
		});
		after(() => server.close());

		async function start(...options: string[]): Promise<Program> {
			const run = ["--serial", link, "--json", "--cycles", "2", "--interval", "0"];
			const program = Program.start(...run, ...ports, ...options);
			await program.exit();
			return program;
		}

		it("takes it for a real modem", async () => {
			await ready();
			const { lines, stderr } = await start("--mode", "multi", ...ports, ...ports);
			assert.equal(stderr, "");
			assert.containsSubset(JSON.parse(lines.at(-1)!), { ok: true, messagesSent: 6, messagesAnswered: 6 });
		});

		it("gives a wrong PIN once, also over several runs", async () => {
			await ready("--pin", "1234");
			assert.match((await start("--pin", "9999")).stderr, /2 tries left.*\(PIN_WRONG\)\n$/);
			assert.match((await start("--pin", "9999")).stderr, /\(PIN_NOT_TRIED\).*refused-pin\n$/);
			const client = await Client.open(link);
			assert.include(await client.ask("AT+SPIC\r"), "+SPIC: 2,3,10,10");
			await client.close();
			assert.equal((await start("--pin", "1234")).stderr, "");
		});

		it("says so when the modem goes away", async () => {
			await ready();
			const program = Program.start("--serial", link, "--cycles", "1000", ...ports);
			await program.line("cycle 1: connected");
			await modem.kill();
			assert.equal(await program.exit(), 1);
			assert.match(program.stderr, /^npm start: [^\n]*(gone|no modem|stopped answering|restarted)[^\n]*\n$/i);
		});
	});
});

describe("the virtual modem's models", () => {
	const root = new URL("../../../", import.meta.url);
	const read = (path: string) => readFileSync(new URL(path, root), "utf8");

	it("are named nowhere but in their folders", () => {
		const files = readdirSync(new URL("modules/virtual", root), { recursive: true, encoding: "utf8" });
		const elsewhere = files.filter(file => file.endsWith(".ts") && !file.startsWith("models/") && "options.ts" !== file);
		const named = elsewhere.filter(file =>
			new RegExp(`"(${Object.keys(MODELS).join("|")})"`).test(read(`modules/virtual/${file}`)),
		);
		assert.deepEqual(named, ["modem.ts"]); // the default
	});

	it("have their quirks in the document, with their values", () => {
		const document = read("docs/VIRTUAL-MODEM.md");
		for (const [first, second] of [
			["sim7600", "a7670"],
			["bg96", "ec2x"],
		] as const) {
			const table = document.split(`| quirk | ${first} | ${second} |`)[1]!.split("\n\n")[0]!;
			const rows = [...table.matchAll(/^\| `(\w+)` \| `(.*?)` \| `(.*?)` \| (.*) \(/gm)].map(([, ...cells]) => cells);
			const quirks = Object.entries(MODELS[first].quirks).map(([name, { value, help }]) => {
				const other = MODELS[second].quirks[name]!;
				return [name, JSON.stringify(value), JSON.stringify(other.value), help];
			});
			assert.deepEqual(rows, quirks);
		}
	});
});
