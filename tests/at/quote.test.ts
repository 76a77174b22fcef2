/* No text from outside becomes a command: each field is refused by its name. */
import { assert } from "chai";
import * as commands from "../../modules/modem/commands.js";

const evil = ['a"b', "a\rAT+CPOWD=1", "a\nb", "a\0b", "a\x1ab", "a\x1bb", "ü", "x".repeat(200)];

describe("at/text", () => {
	for (const text of evil) {
		const shown = JSON.stringify(text.length > 20 ? `${text.slice(0, 5)}...` : text);
		it(`refuses ${shown} as apn, user, password, host and PIN, and names the field`, () => {
			assert.throws(() => commands.accessPoint(text, "", ""), RangeError, /^apn /);
			assert.throws(() => commands.accessPoint("", text, ""), RangeError, /^user /);
			assert.throws(() => commands.accessPoint("", "", text), RangeError, /^password /);
			assert.throws(() => commands.connect(0, "TCP", text, 80), RangeError, /^host /);
			assert.throws(() => commands.enterPin(text), RangeError, /^pin /);
		});
	}

	it("does not show a password or PIN in its refusal", () => {
		for (const refuse of [() => commands.accessPoint("", "", 'geheim"'), () => commands.enterPin("47 11")]) {
			assert.throws(refuse, RangeError, /^(?!.*(geheim|47 11))/);
		}
	});

	for (const port of [0, -1, 65_536, 1.5, Number.NaN]) {
		it(`refuses port ${port}`, () => assert.throws(() => commands.connect(0, "TCP", "example.org", port), RangeError, /^port /));
	}

	it("takes what is right", () => {
		assert.equal(commands.accessPoint("web.example", "u", "p w").line, 'AT+CSTT="web.example","u","p w"');
		assert.equal(commands.connect(undefined, "UDP", "10.0.0.1", 5_000).line, 'AT+CIPSTART="UDP","10.0.0.1",5000');
		assert.equal(commands.enterPin("12345678").line, 'AT+CPIN="12345678"');
	});
});
