/* npm's serialport-gsm takes the virtual modem for a real one: a driver for short messages, in PDU mode. */
import { once } from "node:events";
import { assert } from "chai";
import serialportGsm, { type Message, type Modem } from "serialport-gsm";
import { ModemProgram } from "./modem.js";

const LONG = "All 160 characters and more: a text that is cut and put together again. ".repeat(4).trim();

describe("clients/serialport-gsm", () => {
	let modem: ModemProgram;
	let client: Modem;

	async function connect(options: Record<string, unknown> = {}, ...modemOptions: string[]): Promise<void> {
		modem = await ModemProgram.start(...modemOptions);
		client = serialportGsm.Modem();
		await client.open(modem.link, { baudRate: 115_200, enableConcatenation: true, incomingCallIndication: true, ...options });
		assert.equal((await client.initializeModem()).status, "success");
		assert.equal((await client.setModemMode("PDU")).data, "PDU_Mode");
	}

	/** The next message that the client tells of. */
	async function arrival(): Promise<Message> {
		const [messages] = (await once(client, "onNewMessage")) as [Message[]];
		assert.lengthOf(messages, 1);
		return messages[0]!;
	}

	afterEach(async function () {
		if ("failed" === this.currentTest?.state) console.log(modem.trace);
		await client.close();
		await modem.end();
	});

	it("learns who the modem is and how it hears", async () => {
		await connect();
		assert.equal((await client.getModemSerial()).data.modemSerial, "860000000000017");
		assert.deepEqual((await client.getNetworkSignal()).data, { signalQuality: "18", signalStrength: 77 });
		assert.equal((await client.getOwnNumber()).data.number, "+15550100");
		assert.deepEqual((await client.checkSimMemory()).data, { used: 0, total: 30 });
		assert.equal((await client.executeCommand("AT+COPS?")).data.result, ' 0,0,"Virtual GSM"');
	});

	it("gives the PIN", async () => {
		await connect({ pin: "1234" }, "--pin", "1234");
		assert.equal((await client.executeCommand("AT+CPIN?")).data.result, " READY");
	});

	it("sends in the modem's alphabet, in UCS2, and in parts", async function () {
		this.retries(2); // it waits 100 ms of real time for a prompt, and no longer: too little on a machine with much to do
		await connect();
		for (const text of ["Hello {world} @ $_", "Привет, Ж"]) {
			assert.equal((await client.sendSMS("+15550123", text, false)).status, "success");
			assert.deepEqual(await modem.sent(text.slice(0, 6)), { to: "+15550123", text });
		}
		const long = "Ж".repeat(63) + "ю".repeat(63) + "!"; // node-pdu counts parts in the modem's alphabet one letter short
		assert.equal((await client.sendSMS("+4917012345", long, false)).status, "success");
		const parts = await Promise.all([1, 2, 3].map(number => modem.sent(`"number":${number}}`)));
		assert.equal(parts.map(({ text }) => text).join(""), long);
		for (const part of parts) assert.containsSubset(part, { to: "+4917012345", part: { total: 3 } });
	});

	it("is told of what comes, reads it and deletes it", async () => {
		await connect();
		for (const text of ["Hello {world} @ 5 €", "Привет, Ж", LONG]) {
			modem.deliver("+4917012345", text);
			assert.containsSubset(await arrival(), { sender: "+4917012345".slice(1), message: text, header: { smsc: "15550001" } });
		}
		const { data: receiver } = await client.getSimInbox();
		assert.lengthOf(receiver, 3);
		for (const message of receiver) await client.deleteMessage(message);
		assert.deepEqual((await client.getSimInbox()).data, []);
	});

	it("is told of a call, and refuses it", async () => {
		await connect();
		modem.ring("+4917012345");
		const [call] = await once(client, "onNewIncomingCall");
		assert.equal(call.data.number, "+4917012345");
		assert.equal((await client.hangupCall()).status, "success");
	});
});
