import { assert } from "chai";
import { bytesOfHex, hexOf } from "../../modules/virtual/bytes.js";
import { pack, septetsOf, textOfSeptets, unpack } from "../../modules/virtual/services/gsm-text.js";
import { decodeSubmit, encodeDeliver, type Submission } from "../../modules/virtual/services/pdu.js";
import { Bench } from "./bench.js";

describe("virtual/gsm-text", () => {
	it("packs seven bits into eight, as in the standard's example", () => {
		assert.equal(hexOf(pack(septetsOf("hellohello")!)), "E8329BFD4697D9EC37");
		assert.equal(textOfSeptets(unpack(bytesOfHex("E8329BFD4697D9EC37")!, 10)), "hellohello");
	});

	it("knows the extension, and what it has no letter for", () => {
		assert.deepEqual(septetsOf("{€"), [0x1b, 0x28, 0x1b, 0x65]);
		assert.equal(textOfSeptets(septetsOf("a[€]~@$_é")!), "a[€]~@$_é");
		assert.isUndefined(septetsOf("Ж"));
	});

	it("any text comes back at any fill", () => {
		for (let fill = 0; fill < 7; fill++) {
			for (let length = 0; length < 20; length++) {
				const septets = Array.from({ length }, (_, index) => (index * 37 + fill * 11) & 127);
				assert.deepEqual(unpack(pack(septets, fill), length, fill), septets);
			}
		}
	});
});

describe("virtual/pdu", () => {
	it("reads an SMS-SUBMIT", () => {
		const pdu = bytesOfHex("0011000B916407281553F80000AA0AE8329BFD4697D9EC37")!;
		assert.deepEqual(decodeSubmit(pdu, pdu.length - 1), { to: "+46708251358", text: "hellohello" });
		assert.isUndefined(decodeSubmit(pdu, pdu.length));
	});

	it("reads UCS2, and a national number", () => {
		const pdu = bytesOfHex("000100058121436500080404160022")!;
		assert.deepEqual(decodeSubmit(pdu, pdu.length - 1), { to: "12345", text: 'Ж"' });
	});

	it("writes an SMS-DELIVER", () => {
		const utcMs = Date.UTC(2024, 6, 24, 14, 4, 19);
		const { pdu, length } = encodeDeliver({ from: "+46708251358", text: "hellohello", utcMs, zoneQuarters: 8 }, "+15550001");
		assert.equal(hexOf(pdu), "05915155001004" + "0B916407281553F8" + "0000" + "42704261409180" + "0AE8329BFD4697D9EC37");
		assert.equal(length, pdu.length - 6);
	});

	it("fills up behind the header of a part, so that text begins at a whole septet", () => {
		const part = { reference: 7, total: 2, number: 1 };
		const { pdu } = encodeDeliver({ from: "12", text: "hello", utcMs: 0, zoneQuarters: 0, part }, "+15550001");
		const header = hexOf(pdu).indexOf("050003070201") / 2;
		assert.equal(pdu[header - 1], 7 + 5); // 48 bits of header and one to fill are 7 septets
		assert.equal(textOfSeptets(unpack(pdu.subarray(header + 6), 5, 1)), "hello");
	});
});

describe("virtual/short messages", () => {
	let bench: Bench;
	let sent: Submission[];
	beforeEach(async () => {
		bench = new Bench();
		sent = [];
		bench.modem.radio.messages.onSubmit = message => sent.push(message);
		await bench.commands("ATE0");
	});
	afterEach(() => bench.close());
	const at = (line: string, ms = 200) => bench.exchange(`${line}\r`, ms);
	const ok = (text: string) => `\r\n${text}\r\n\r\nOK\r\n`;
	const arrives = (text: string, from = "+15550123") => {
		bench.modem.radio.messages.deliver(from, text);
		return bench.wait(100);
	};

	it("sends text: a prompt, another for each line, the reference", async () => {
		await at("AT+CMGF=1");
		assert.equal(await at('AT+CMGS="+15550123"'), "\r\n> ");
		assert.equal(await bench.exchange("hello\ryou"), "\r\n> ");
		assert.equal(await bench.exchange("\x1a", 4000), ok("+CMGS: 1"));
		assert.deepEqual(sent, [{ to: "+15550123", text: "hello\ryou" }]);
		await at('AT+CMGS="+15550123"');
		assert.equal(await bench.exchange("x\x1b", 4000), "\r\nOK\r\n");
		assert.lengthOf(sent, 1);
	});

	it("sends a PDU, and refuses one of another length", async () => {
		assert.equal(await at("AT+CMGS=23"), "\r\n> ");
		assert.equal(await bench.exchange("0011000B916407281553F80000AA0AE8329BFD4697D9EC37\x1a", 4000), ok("+CMGS: 1"));
		assert.deepEqual(sent, [{ to: "+46708251358", text: "hellohello" }]);
		await at("AT+CMGS=22");
		assert.equal(await bench.exchange("0011000B916407281553F80000AA0AE8329BFD4697D9EC37\x1a", 4000), "\r\n+CMS ERROR: 304\r\n");
	});

	it("refuses more than 160 characters, a number that is none, and to send without a network", async () => {
		await at("AT+CMGF=1");
		await at('AT+CMGS="+15550123"');
		assert.equal(await bench.exchange(`${"x".repeat(161)}\x1a`, 4000), "\r\nERROR\r\n");
		assert.equal(await at('AT+CMGS="nobody"'), "\r\n+CMS ERROR: 302\r\n");
		bench.modem.radio.covered = false;
		await at('AT+CMGS="+15550123"');
		assert.equal(await bench.exchange("x\x1a", 4000), "\r\n+CMS ERROR: 331\r\n");
	});

	it("announces what comes, and gives it once as unread", async () => {
		await at("AT+CMGF=1");
		assert.equal(await arrives("hello @ home"), '\r\n+CMTI: "SM",1\r\n');
		const text = (status: string) =>
			new RegExp(
				`^\\r\\n\\+CMGR: "${status}","\\+15550123","","24/07/24,16:04:\\d\\d\\+08"\\r\\nhello \\x00 home\\r\\n\\r\\nOK\\r\\n$`,
			);
		assert.match(await at("AT+CMGR=1,1"), text("REC UNREAD")); // looked at, not read
		assert.match(await at("AT+CMGR=1"), text("REC UNREAD"));
		assert.match(await at("AT+CMGR=1"), text("REC READ"));
	});

	it("gives PDUs by default", async () => {
		await arrives("hellohello", "+46708251358");
		const answer = await at("AT+CMGR=1");
		assert.match(
			answer,
			/^\r\n\+CMGR: 0,"",28\r\n059151550010040B916407281553F800004270426140\d{2}800AE8329BFD4697D9EC37\r\n\r\nOK\r\n$/,
		);
		assert.match(await at("AT+CMGL=4"), /^\r\n\+CMGL: 1,1,"",28\r\n0591[0-9A-F]+\r\n\r\nOK\r\n$/);
	});

	it("AT+CMGL with 1 behind it looks without reading", async () => {
		await at("AT+CMGF=1");
		await arrives("one");
		for (let round = 0; round < 2; round++) assert.include(await at('AT+CMGL="REC UNREAD",1'), "\r\none\r\n");
		assert.include(await at('AT+CMGL="REC UNREAD",0'), "\r\none\r\n");
		assert.equal(await at('AT+CMGL="REC UNREAD",1'), "\r\nOK\r\n");
	});

	it("lists and deletes", async () => {
		await at("AT+CMGF=1");
		await arrives("one");
		await arrives("two");
		assert.match(
			await at('AT+CMGL="ALL"'),
			/^\r\n\+CMGL: 1,"REC UNREAD",.*\r\none\r\n\r\n\+CMGL: 2,"REC UNREAD",.*\r\ntwo\r\n\r\nOK\r\n$/,
		);
		assert.equal(await at('AT+CMGL="REC UNREAD"'), "\r\nOK\r\n");
		assert.equal(await at("AT+CPMS?"), ok('+CPMS: "SM",2,30,"SM",2,30,"SM",2,30'));
		for (const bad of ["AT+CMGD=31", "AT+CMGD=x", "AT+CMGD=1,5"]) assert.equal(await at(bad), "\r\n+CMS ERROR: 321\r\n", bad);
		assert.equal(await at("AT+CMGD=1"), "\r\nOK\r\n");
		assert.equal(await at("AT+CMGR=1"), "\r\n+CMS ERROR: 321\r\n");
		assert.equal(await at("AT+CMGD=1,4"), "\r\nOK\r\n");
		assert.equal(await at('AT+CPMS="SM","SM","SM"'), ok("+CPMS: 0,30,0,30,0,30"));
	});

	it("AT+CMGDA deletes by name; an empty slot is no error on a SIM800", async () => {
		await at("AT+CMGF=1");
		await arrives("one");
		assert.equal(await at('AT+CMGDA="DEL READ"'), "\r\nOK\r\n");
		assert.include(await at("AT+CMGR=1"), "one");
		assert.equal(await at('AT+CMGDA="DEL ALL"'), "\r\nOK\r\n");
		bench.close();
		bench = new Bench({ model: "sim800" });
		await bench.commands("ATE0");
		assert.equal(await at("AT+CMGR=1"), "\r\nOK\r\n");
	});

	it("AT+CNMI=2,2 prints it as it comes and keeps nothing; 0 says nothing", async () => {
		await at("AT+CMGF=1;+CNMI=2,2");
		assert.match(await arrives("hello"), /^\r\n\+CMT: "\+15550123","","24\/07\/24,16:04:\d\d\+08"\r\nhello\r\n$/);
		assert.include(await at("AT+CPMS?"), '"SM",0,30');
		await at("AT+CNMI=0,0");
		assert.equal(await arrives("hello"), "");
		assert.include(await at("AT+CPMS?"), '"SM",1,30');
	});

	it("a full card takes no more until something is deleted", async () => {
		for (let count = 0; count < 31; count++) await arrives(`message ${count}`);
		assert.include(await at("AT+CPMS?"), '"SM",30,30');
		assert.equal(await at("AT+CMGD=7"), '\r\n+CMTI: "SM",7\r\n\r\nOK\r\n');
	});

	it("a long text comes in parts that belong together", async () => {
		assert.equal(await arrives("x".repeat(200)), '\r\n+CMTI: "SM",1\r\n\r\n+CMTI: "SM",2\r\n');
		assert.match(await at("AT+CMGR=1"), /A0050003010201/);
		assert.match(await at("AT+CMGR=2"), /36050003010202/);
	});

	it("what comes while the modem is off comes after registration", async () => {
		await at("AT+CPOWD=0", 3000);
		assert.equal(await arrives("hello"), "");
		await bench.pressKey(1000);
		assert.include(await bench.wait(20_000), '\r\n+CMTI: "SM",1\r\n');
	});

	it("in UCS2 numbers and texts are hexadecimal, both ways", async () => {
		await at('AT+CMGF=1;+CSCS="UCS2"');
		await arrives("Ж", "+12");
		assert.match(await at("AT+CMGR=1"), /"REC UNREAD","002B00310032","",.*\r\n0416\r\n\r\nOK\r\n$/);
		await at('AT+CMGS="002B00310032"');
		assert.equal(await bench.exchange("04160041\x1a", 4000), ok("+CMGS: 1"));
		assert.deepEqual(sent, [{ to: "+12", text: "ЖA" }]);
	});

	it("in HEX the codes of the alphabet's bytes are hexadecimal", async () => {
		await at('AT+CMGF=1;+CSCS="HEX"');
		await at('AT+CMGS="12"');
		assert.equal(await bench.exchange("68656C6C6F\x1a", 4000), ok("+CMGS: 1"));
		assert.deepEqual(sent, [{ to: "12", text: "hello" }]);
		await arrives("hello");
		assert.include(await at("AT+CMGR=1"), "\r\n68656C6C6F\r\n");
		await at('AT+CMGS="12"');
		assert.equal(await bench.exchange("hello\x1a", 4000), "\r\n+CMS ERROR: 305\r\n");
	});

	it("takes 70 characters that the alphabet lacks, and no more", async () => {
		await at('AT+CMGF=1;+CSCS="UCS2"');
		for (const [length, answer] of [
			[70, ok("+CMGS: 1")],
			[71, "\r\nERROR\r\n"],
		] as const) {
			await at('AT+CMGS="0031"');
			assert.equal(await bench.exchange(`${"0416".repeat(length)}\x1a`, 4000), answer);
		}
	});

	it("one to its own number comes back", async () => {
		await at("AT+CMGF=1");
		await at('AT+CMGS="+15550100"');
		assert.equal(await bench.exchange("to myself\x1a", 5000), `${ok("+CMGS: 1")}\r\n+CMTI: "SM",1\r\n`);
		assert.include(await at("AT+CMGR=1"), "to myself");
	});

	it("parts of a longer one come back as parts", async () => {
		const pdu = "0041000891515510000000" + "0A" + "060804655C0201" + "D22A";
		assert.equal(await at(`AT+CMGS=${pdu.length / 2 - 1}`), "\r\n> ");
		assert.include(await bench.exchange(`${pdu}\x1a`, 5000), '+CMTI: "SM",1');
		assert.deepEqual(sent, [{ to: "+15550100", text: "RU", part: { reference: 0x5c, total: 2, number: 1 } }]);
		assert.match(await at("AT+CMGR=1"), /0500035C0201/);
	});

	it("is refused by number without a SIM, or before its PIN", async () => {
		bench.close();
		bench = new Bench({ sim: { inserted: false } });
		await bench.commands("ATE0");
		assert.equal(await at("AT+CMGR=1"), "\r\n+CMS ERROR: 310\r\n");
		bench.close();
		bench = new Bench({ sim: { pin: "1234" } });
		await bench.commands("ATE0");
		assert.equal(await at("AT+CMGL=4"), "\r\n+CMS ERROR: 311\r\n");
	});
});
