/* What the LTE models have in common: the serial port is the limit, not the air. */
import { assert } from "chai";
import { HandClock } from "../../hosts/node/clock.js";
import { VirtualBoard } from "../../modules/virtual/board.js";
import { bytesOf, textOf } from "../../modules/virtual/bytes.js";
import { withoutSecrets } from "../../modules/virtual/line/trace.js";
import { MODELS } from "../../modules/virtual/models/index.js";
import type { Model } from "../../modules/virtual/options.js";
import { Bench } from "./bench.js";
import { FakeNetwork } from "./network.js";

interface Family {
	readonly open: readonly string[];
	/** A connection whose data is pushed. */
	readonly connect: string;
	readonly send: string;
	readonly pieceBytes: number;
	/** What ends one piece. */
	readonly sent: string;
	/** What stands before each pushed block. */
	readonly header: RegExp;
}

const NETOPEN: Family = {
	open: ["AT+NETOPEN"],
	connect: 'AT+CIPOPEN=0,"TCP","10.0.0.1",80',
	send: "AT+CIPSEND=0,1500",
	pieceBytes: 1500,
	sent: "OK\r\n",
	header: /\r\nRECV FROM:10\.0\.0\.1:80\r\n\+IPD\d+\r\n/g,
};
const QIOPEN: Family = {
	open: ['AT+QURCCFG="urcport","uart1"', 'AT+QICSGP=1,1,"internet"', "AT+QIACT=1"],
	connect: 'AT+QIOPEN=1,0,"TCP","10.0.0.1",80,0,1',
	send: "AT+QISEND=0,1460",
	pieceBytes: 1460,
	sent: "SEND OK\r\n",
	header: /\r\n\+QIURC: "recv",0,\d+\r\n/g,
};
const FAMILIES = { sim7600: NETOPEN, a7670: NETOPEN, bg96: QIOPEN, ec2x: QIOPEN } as const;
const BYTES = 150_000;

for (const [model, family] of Object.entries(FAMILIES) as [keyof typeof FAMILIES, Family][]) {
	describe(`virtual/models/${model} at full speed`, () => {
		let bench: Bench;
		afterEach(() => bench.close());

		async function connected(baud: number) {
			bench = new Bench({ model, baud });
			const server = bench.network.server("10.0.0.1:80");
			await bench.commands("ATE0");
			if ("a7670" === model) await bench.commands('AT+CIPCFG="DATAECHO",OFF');
			for (const command of [...family.open, family.connect]) await bench.exchange(`${command}\r`, 2000);
			bench.take();
			return server;
		}

		for (const baud of [115_200, 460_800, 921_600]) {
			const limitMs = (BYTES * 10_000) / baud;

			it(`down at ${baud}`, async () => {
				const server = await connected(baud);
				let heard = "";
				bench.onArrival = text => {
					heard += text;
				};
				const startMs = bench.clock.elapsedMs;
				for (let sent = 0; sent < BYTES; sent += 1000) server.last.send("x".repeat(1000));
				await bench.clock.advance(limitMs / 0.95 + 100);
				assert.equal(heard.replace(family.header, ""), "x".repeat(BYTES));
				assert.isAtLeast(bench.arrivals.at(-1)!.atMs - startMs, limitMs);
			});

			it(`up at ${baud}`, async () => {
				const server = await connected(baud);
				const pieces = Math.floor(BYTES / family.pieceBytes);
				let [left, heard] = [pieces, ""];
				bench.onArrival = text => {
					heard += text;
					const [prompted, done] = [heard.includes(">"), heard.includes(family.sent)];
					if (prompted || done) heard = "";
					if (prompted) bench.send("y".repeat(family.pieceBytes));
					else if (done && --left > 0) bench.send(`${family.send}\r`);
				};
				bench.send(`${family.send}\r`);
				await bench.clock.advance((pieces * family.pieceBytes * 10_000) / baud / 0.95 + 100);
				assert.equal(server.last.received.length, pieces * family.pieceBytes);
			});
		}
	});
}

describe("virtual/models", () => {
	for (const model of Object.keys(MODELS) as Model[]) {
		it(`a board has a ${model} by its name`, async () => {
			const clock = new HandClock();
			const board = new VirtualBoard({ clock, network: new FakeNetwork(clock), model, on: true });
			let heard = "";
			const port = new board.serial.io({
				format: "buffer",
				baud: board.serial.baud,
				onReadable: () => {
					heard += textOf(new Uint8Array(port.read()!));
				},
				onWritable: () => {},
			});
			port.write(bytesOf("ATE0\r").buffer as ArrayBuffer);
			await clock.advance(100);
			heard = "";
			port.write(bytesOf("AT+CGMM\r").buffer as ArrayBuffer);
			await clock.advance(100);
			assert.match(heard, new RegExp(`^\\r\\n.*${model.slice(0, 3)}.*\\r\\n\\r\\nOK\\r\\n$`, "i"));
			board.close();
		});
	}

	for (const model of Object.keys(MODELS) as Model[]) {
		it(`a ${model} that is on for long says nothing at the start, and its STATUS falls with its supply`, async () => {
			const bench = new Bench({ model });
			assert.equal(await bench.wait(10_000), "");
			bench.modem.supply.dip(false);
			assert.equal(bench.modem.status, 0);
			bench.close();
		});
	}

	it("have the names under which they are found", () => {
		for (const [name, { name: own }] of Object.entries(MODELS)) assert.equal(own, name);
	});

	it("keep secrets out of the trace", () => {
		for (const line of [
			'AT+CGAUTH=1,1,"secret","me"',
			'+CGAUTH: 1,1,"me","secret"',
			'AT+QICSGP=1,1,"internet","me","secret",1',
			'+QICSGP: 1,"internet","me","secret",1',
		])
			assert.notMatch(withoutSecrets(line), /secret|"me"/, line);
		assert.equal(withoutSecrets('AT+QICSGP=1,1,"internet","me","secret",1'), 'AT+QICSGP=1,1,"internet",***');
	});
});
