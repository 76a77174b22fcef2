/* The command sequences that proven drivers send, with their own line ends and their own idea of the prompt. */
import { assert } from "chai";
import { Bench } from "./bench.js";

describe("virtual/peers", () => {
	let bench: Bench;
	afterEach(() => bench.close());

	/** Both end each command by CR LF. */
	const send = (line: string, ms = 3000) => bench.exchange(`${line}\r\n`, ms);
	const accepted = async (...lines: string[]) => {
		for (const line of lines) assert.match(await send(line, 5000), /OK\r\n$/, line);
	};
	/** As they do: the data goes out at the sight of `>`, before the blank behind it has come. */
	const sendData = async (line: string, data: string) => {
		bench.take();
		bench.onArrival = text => {
			if (!text.includes(">")) return;
			bench.onArrival = undefined;
			bench.send(data);
		};
		bench.send(`${line}\r\n`);
		await bench.clock.advance(3000);
		return bench.take();
	};

	for (const model of ["sim900", "sim800"] as const) {
		it(`TinyGSM's way on a ${model}: everything is accepted, and data goes both ways`, async () => {
			bench = new Bench({ model });
			const server = bench.network.server("example.com:80", () => "HTTP/1.0 200 OK\r\n\r\n");
			await accepted("AT", "ATE0", "AT+CMEE=0", "AT+GMM", "AT+CLTS=1", "AT+CBATCHK=1", "AT+CPIN?", "AT+CSQ", "AT+CREG?");
			await accepted("AT+CIPSHUT", "AT+CGATT=0", 'AT+SAPBR=3,1,"Contype","GPRS"', 'AT+SAPBR=3,1,"APN","internet"');
			await accepted('AT+CGDCONT=1,"IP","internet"', "AT+CGACT=1,1", "AT+SAPBR=1,1");
			assert.match(await send("AT+SAPBR=2,1"), /\+SAPBR: 1,1,"10\.\d+\.\d+\.\d+"\r\n\r\nOK\r\n$/);
			await accepted("AT+CGATT=1", "AT+CIPMUX=1", "AT+CIPQSEND=1", "AT+CIPRXGET=1", 'AT+CSTT="internet","",""', "AT+CIICR");
			assert.match(await send("AT+CIFSR;E0"), /\r\n10\.\d+\.\d+\.\d+\r\n\r\nOK\r\n$/);
			await accepted('AT+CDNSCFG="8.8.8.8","8.8.4.4"');
			assert.equal(await send("AT+CIPCLOSE=1,1"), "\r\nERROR\r\n");
			if ("sim800" === model) await accepted("AT+CIPSSL=0");
			assert.equal(await send('AT+CIPSTART=1,"TCP","example.com",80'), "\r\nOK\r\n\r\n1, CONNECT OK\r\n");
			const answer = await sendData("AT+CIPSEND=1,18", "GET / HTTP/1.0\r\n\r\n");
			const space = "sim800" === model ? " " : "";
			assert.equal(answer, `\r\n> \r\nDATA ACCEPT:1,18\r\n\r\n+CIPRXGET:${space}1,1\r\n`);
			assert.equal(server.last.text, "GET / HTTP/1.0\r\n\r\n");
			assert.equal(await send("AT+CIPRXGET=4,1"), "\r\n+CIPRXGET: 4,1,19\r\n\r\nOK\r\n");
			assert.equal(await send("AT+CIPRXGET=2,1,19"), "\r\n+CIPRXGET: 2,1,19,0\r\nHTTP/1.0 200 OK\r\n\r\n\r\nOK\r\n");
			assert.include(await send("AT+CIPSTATUS=1"), '"CONNECTED"\r\n\r\nOK\r\n');
			assert.equal(await send("AT+CIPCLOSE=1,1"), "\r\n1, CLOSE OK\r\n");
			await accepted("AT+CIPSHUT", "AT+CGATT=0");
			assert.equal(await send("AT+CPOWD=1"), "\r\nNORMAL POWER DOWN\r\n");
		});
	}

	it("Espruino's way: push receive, two connections at once", async () => {
		bench = new Bench();
		bench.network.server("example.com:80", () => "<html>");
		bench.network.server("example.org:80", () => "</html>");
		await accepted("ATE0", "AT+CPIN?", "AT+CGATT=1", "AT+CIPSHUT");
		assert.equal(await send("AT+CIPSTATUS"), "\r\nOK\r\n\r\nSTATE: IP INITIAL\r\n");
		await accepted("AT+CIPMUX=1", "AT+CIPHEAD=1", 'AT+CSTT="internet", "user", "password"', "AT+CIICR");
		assert.match(await send("AT+CIFSR"), /^\r\n10\.\d+\.\d+\.\d+\r\n$/);
		assert.equal(await send('AT+CIPSTART=0,"TCP","example.com",80'), "\r\nOK\r\n\r\n0, CONNECT OK\r\n");
		assert.equal(await send('AT+CIPSTART=1,"TCP","example.org",80'), "\r\nOK\r\n\r\n1, CONNECT OK\r\n");
		assert.equal(await sendData("AT+CIPSEND=0,3", "GET"), "\r\n> \r\n0, SEND OK\r\n\r\n+RECEIVE,0,6:\r\n<html>");
		assert.equal(await sendData("AT+CIPSEND=1,3", "GET"), "\r\n> \r\n1, SEND OK\r\n\r\n+RECEIVE,1,7:\r\n</html>");
		assert.equal(await send("AT+CIPCLOSE=0"), "\r\n0, CLOSE OK\r\n");
	});

	it("Espruino's way: what is pushed is counted, whatever is in it", async () => {
		bench = new Bench();
		const page = "> <p>a > b</p>\r\n> \r\n+RECEIVE,1,5:\r\n\r\nOK\r\n".repeat(80);
		bench.network.server("example.com:80", {
			onData: (_, connection) => {
				connection.send(page);
				connection.end();
				return undefined;
			},
		});
		await bench.online(1, "AT+CIPHEAD=1");
		await send('AT+CIPSTART=0,"TCP","example.com",80');
		let rest = await sendData("AT+CIPSEND=0,5", "a > b");
		const sent = "\r\n> \r\n0, SEND OK\r\n";
		assert.isTrue(rest.startsWith(sent), rest.slice(0, 40));
		rest = rest.slice(sent.length);
		let received = "";
		for (let head = /^\r\n\+RECEIVE,0,(\d+):\r\n/.exec(rest); head; head = /^\r\n\+RECEIVE,0,(\d+):\r\n/.exec(rest)) {
			const end = head[0].length + Number(head[1]);
			received += rest.slice(head[0].length, end);
			rest = rest.slice(end);
		}
		assert.equal(received, page);
		assert.equal(rest, "\r\n0, CLOSED\r\n");
	});

	for (const model of ["sim900", "sim800"] as const) {
		it(`data may answer the > before its blank has come, and the LF of its line is no data, on a ${model}`, async () => {
			bench = new Bench({ model, baud: 1200 }); // 8 ms a byte
			const server = bench.network.server("example.com:80");
			await bench.online(1);
			await send('AT+CIPSTART=0,"TCP","example.com",80', 5000);
			let prompt: string | undefined;
			const before = bench.arrivals.length;
			bench.onArrival = text => {
				if (!text.includes(">") || undefined !== prompt) return;
				prompt = bench.arrivals
					.slice(before)
					.map(arrival => arrival.text)
					.join("");
				bench.send("12345");
			};
			assert.match(await send("AT+CIPSEND=0,5", 5000), /\r\n> \r\n0, SEND OK\r\n$/);
			assert.match(prompt ?? "", /\r\n>$/);
			assert.equal(server.last.text, "12345");
		});
	}

	it("the sketch's way: a pulse of three seconds, AT every two, then step by step", async () => {
		bench = new Bench({ on: false });
		const server = bench.network.server("10.0.0.1:80");
		assert.equal(await send("AT", 2000), "");
		await bench.pressKey(3000);
		let tries = 0;
		while (!(await send("AT", 2000)).includes("OK")) tries++;
		assert.isBelow(tries, 3);
		while (!(await send("AT+CREG?", 1000)).includes("+CREG: 0,1"));
		for (const [line, answer] of [
			["AT+CIPMUX=0", "OK"],
			["AT+CIPSTATUS", "INITIAL"],
			['AT+CSTT="internet","user","password"', "OK"],
			["AT+CIPSTATUS", "START"],
			["AT+CIICR", "OK"],
			["AT+CIPSTATUS", "GPRSACT"],
			["AT+CIFSR", "."],
			["AT+CIPSTATUS", "IP STATUS"],
			['AT+CIPSTART="TCP","10.0.0.1","80"', "CONNECT OK"],
		] as const) {
			assert.include(await send(line, 5000), answer, line);
		}
		// its data ends with CR LF of its own, behind the length it has told
		assert.include(await sendData("AT+CIPSEND=11", "Test string\r\n"), "SEND OK");
		assert.equal(server.last.text, "Test string");
		assert.include(await send("AT+CIPCLOSE"), "CLOSE OK");
		assert.include(await send("AT+CIPSHUT"), "OK");
	});
});
