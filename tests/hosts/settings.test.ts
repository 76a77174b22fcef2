/* Settings from a manifest's config, or from mcconfig's command line. */
import { assert } from "chai";
import { readSettings } from "../../hosts/moddable/settings.js";

const DESTINATIONS = ["tcp://example.com:7000"];

describe("hosts/moddable/settings", () => {
	it("needs nothing but a destination", () => {
		assert.deepEqual(readSettings({ destinations: DESTINATIONS }), {
			mode: "single",
			apn: "internet",
			user: "",
			password: "",
			pin: undefined,
			destinations: [{ protocol: "TCP", host: "example.com", port: 7000 }],
			message: "message {cycle}",
			cycles: undefined,
			intervalMs: 60_000,
			answerTimeoutMs: 10_000,
			keepBearer: true,
			failureLimit: undefined,
		});
	});

	it("takes every value as text too, as mcconfig's command line gives it", () => {
		const settings = readSettings({
			mode: "multi",
			destinations: "tcp://10.0.0.1:7, UDP://example.com:65535",
			cycles: "3",
			intervalMs: "0",
			answerTimeoutMs: "2500",
			keepBearer: "false",
			failureLimit: "5",
			pin: "0000",
		});
		assert.equal(settings.mode, "multi");
		assert.deepEqual(settings.destinations, [
			{ protocol: "TCP", host: "10.0.0.1", port: 7 },
			{ protocol: "UDP", host: "example.com", port: 65535 },
		]);
		assert.deepInclude(settings, {
			cycles: 3,
			intervalMs: 0,
			answerTimeoutMs: 2500,
			keepBearer: false,
			failureLimit: 5,
			pin: "0000",
		});
	});

	it("says which value is wrong and what it must be", () => {
		const wrong: [Record<string, unknown>, RegExp][] = [
			[{}, /config\.destinations is empty/],
			[{ destinations: [] }, /config\.destinations is empty/],
			[{ destinations: 7 }, /config\.destinations is 7/],
			[{ destinations: [7] }, /config\.destinations is 7/],
			[{ destinations: ["example.com:7"] }, /config\.destinations is "example.com:7", must be tcp:/],
			[{ destinations: ["tcp://example.com"] }, /config\.destinations/],
			[{ destinations: ["tcp://:7"] }, /config\.destinations/],
			[{ destinations: ["tcp://example.com:0"] }, /a port from 1 to 65535/],
			[{ destinations: ["tcp://example.com:65536"] }, /a port from 1 to 65535/],
			[{ destinations: ["tcp://example.com:7x"] }, /config\.destinations/],
			[{ destinations: DESTINATIONS, mode: "both" }, /config\.mode is "both", must be single or multi/],
			[{ destinations: DESTINATIONS, apn: 5 }, /config\.apn is 5, must be text/],
			[{ destinations: DESTINATIONS, cycles: 0 }, /config\.cycles is 0, must be a whole number, 1 or more/],
			[{ destinations: DESTINATIONS, cycles: "two" }, /config\.cycles is "two"/],
			[{ destinations: DESTINATIONS, intervalMs: 1.5 }, /config\.intervalMs is 1\.5/],
			[{ destinations: DESTINATIONS, keepBearer: "no" }, /config\.keepBearer is "no", must be true or false/],
		];
		for (const [config, message] of wrong) assert.throws(() => readSettings(config), Error, message);
	});

	it("does not repeat a secret in its complaint", () => {
		assert.throws(
			() => readSettings({ destinations: DESTINATIONS, pin: 1234 }),
			/^config\.pin is \.\.\., must be text in quotes$/,
		);
		assert.throws(
			() => readSettings({ destinations: DESTINATIONS, password: 99 }),
			/^config\.password is \.\.\., must be text in quotes$/,
		);
	});
});
