/* The resolver of the SDK's clients: calls back once, later, and not after close(). */
import { assert } from "chai";
import { Resolver } from "../../modules/socket/resolver.js";
import { ADDRESS, HOST, Stage } from "../support/stage.js";

describe("socket/resolver", () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.up();
	});
	afterEach(() => stage.end());

	function resolve(resolver: Resolver, host: string): string[] {
		const calls: string[] = [];
		resolver.resolve({
			host,
			onResolved(name, address) {
				assert.strictEqual(this, resolver);
				calls.push(`${name} is ${address}`);
			},
			onError(name, error) {
				assert.strictEqual(this, resolver);
				calls.push(`${name} fails with ${(error as { code: string }).code}`);
			},
		});
		assert.deepEqual(calls, [], "nothing is called back before resolve has returned");
		return calls;
	}

	it("gives the address of a name, of an address itself, and the reason of a failure", async () => {
		const resolver = new Resolver({ link: stage.modem });
		const [name, address, unknown] = [HOST, "198.51.100.9", "nowhere.example"].map(host => resolve(resolver, host));
		await stage.clock.advance(1);
		assert.deepEqual(address, ["198.51.100.9 is 198.51.100.9"]);
		await stage.clock.advance(30_000);
		assert.deepEqual(name, [`${HOST} is ${ADDRESS}`]);
		assert.deepEqual(unknown, ["nowhere.example fails with NAME_UNKNOWN"]);
	});

	it("tells a bearer that is down by onError", async () => {
		await stage.clock.run(stage.modem.down());
		const resolver = new Resolver({ link: stage.modem });
		const [name, address] = [HOST, ADDRESS].map(host => resolve(resolver, host));
		await stage.clock.advance(1);
		assert.deepEqual(name, [`${HOST} fails with BEARER_DOWN`]);
		assert.deepEqual(address, [`${ADDRESS} is ${ADDRESS}`], "an address needs no bearer");
	});

	it("shares what is known with all others: the SDK's clients construct one each", async () => {
		for (let client = 0; client < 3; client++) {
			const calls = resolve(new Resolver({ link: stage.modem }), HOST);
			await stage.clock.advance(5_000);
			assert.deepEqual(calls, [`${HOST} is ${ADDRESS}`]);
		}
		assert.equal(stage.sent.filter(line => line.startsWith("AT+CDNSGIP")).length, 2, "two questions that agree");
	});

	it("calls nothing back after close, and is of no use then", async () => {
		const resolver = new Resolver({ link: stage.modem });
		const all = [HOST, "198.51.100.9", "nowhere.example"].map(host => resolve(resolver, host));
		resolver.close();
		resolver.close();
		await stage.clock.advance(30_000);
		assert.deepEqual(all, [[], [], []]);
		assert.throws(() => resolve(resolver, HOST), Error);
	});

	it("takes sixteen questions at once, and more when they are answered", async () => {
		const resolver = new Resolver({ link: stage.modem });
		const all = Array.from({ length: 16 }, (_, at) => resolve(resolver, at % 2 ? HOST : ADDRESS));
		for (const host of [HOST, ADDRESS]) assert.throws(() => resolve(resolver, host), Error, "16 questions");
		assert.throws(() => resolver.resolve({ host: 'a"\r', onResolved() {} }), Error, "16 questions");
		await stage.clock.advance(5_000);
		assert.isTrue(all.every(calls => 1 === calls.length));
		for (let count = 0; count < 20; count++)
			assert.throws(() => resolver.resolve({ host: 'a"\r', onResolved() {} }), RangeError, undefined, "is no open question");
		const calls = resolve(resolver, HOST);
		await stage.clock.advance(5_000);
		assert.deepEqual(calls, [`${HOST} is ${ADDRESS}`]);
	});

	it("null is no callback", async () => {
		const resolver = new Resolver({ link: stage.modem });
		const calls: string[] = [];
		resolver.resolve({ host: ADDRESS, onResolved: (_, address) => calls.push(address), onError: null });
		resolver.resolve({ host: "nowhere.example", onResolved: null, onError: (_, error) => calls.push((error as Error).name) });
		assert.throws(() => resolver.resolve({ host: HOST, onResolved: null, onError: null }), Error);
		await stage.clock.advance(30_000);
		assert.deepEqual(calls, [ADDRESS, "ModemError"]);
	});

	it("refuses what can't be asked for", () => {
		const resolver = new Resolver({ link: stage.modem });
		const onResolved = () => {};
		assert.throws(() => resolver.resolve({ onResolved } as never), Error);
		assert.throws(() => resolver.resolve({ host: HOST }), Error);
		assert.throws(() => resolver.resolve({ host: HOST, onResolved: 1 } as never), TypeError);
		assert.throws(() => resolver.resolve({ host: 'a"\r', onResolved }), RangeError);
		assert.throws(() => new Resolver({}), Error);
	});
});
