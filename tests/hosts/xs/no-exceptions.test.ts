/* The ordinary run throws nothing, on XS: xsbug, which breaks at exceptions by default, runs through. */
import { assert } from "chai";
import type { Settings } from "../../../hosts/host.js";
import { HandClock } from "../../../hosts/node/clock.js";
import { virtualHost } from "../../../hosts/node/virtual-host.js";
import type { Bundle } from "../../../hosts/xs/bundle.js";
import { XsFirmware } from "../../../hosts/xs/firmware.js";
import type { VirtualBoardOptions } from "../../../modules/virtual/board.js";
import { FakeNetwork } from "../../virtual/network.js";
import { bundleWithExceptions, Exceptions } from "./exceptions.js";

const LIMIT_MS = 120_000;
const DESTINATIONS = [7, 8].map(port => ({ protocol: "TCP" as const, host: "192.0.2.1", port }));

interface Outcome {
	readonly exceptions: readonly string[];
	readonly answers: number;
}

describe("hosts/xs, the ordinary run", function () {
	this.timeout(LIMIT_MS);
	let code: Bundle;
	before(async () => {
		code = await bundleWithExceptions("hosts/xs/entry.ts");
	});

	/** From power off to the end of the last cycle. */
	async function run(settings: Partial<Settings>, board: Partial<VirtualBoardOptions> = {}): Promise<Outcome> {
		const clock = new HandClock();
		const network = new FakeNetwork(clock);
		for (const { host, port } of DESTINATIONS) network.server(`${host}:${port}`, data => data);
		const exceptions = new Exceptions(code);
		let answers = 0;
		let working = 0;
		const { host, close } = virtualHost({
			...{ clock, network, ...board },
			settings: { destinations: DESTINATIONS, ...settings },
			onEvent(event) {
				if ("answered" === event.kind) answers++;
			},
			onTrace: (_direction, line) => exceptions.add(line),
		});
		const firmware = await XsFirmware.load(code);
		try {
			let isDone = false;
			const end = () => {
				isDone = true;
			};
			firmware.done.then(end, end);
			await firmware.start(host, () => {
				working++;
				return () => working--;
			});
			while (!isDone && clock.elapsedMs < LIMIT_MS) {
				await clock.advance(2);
				do await new Promise(setImmediate);
				while (working > 0);
			}
			return { exceptions: exceptions.lines, answers };
		} finally {
			await firmware.close();
			close();
		}
	}

	it("sees what is thrown, and what an await throws again", async () => {
		const { answers, exceptions } = await run({ cycles: 1 }, { sim: { pin: "1234" } });
		assert.equal(answers, 0);
		assert.match(
			exceptions.join("\n"),
			/^(?:thrown at modules\/.+|awaited rejection): PIN_REQUIRED .+, caught at modules\/.+:\d+$/m,
		);
	});

	const runs: [string, Partial<Settings>, Partial<VirtualBoardOptions>][] = [
		["one connection at a time, with a PIN", { pin: "1234" }, { sim: { pin: "1234" } }],
		["several at once, a new bearer for each cycle", { mode: "multi", keepBearer: false }, {}],
	];
	for (const [what, settings, board] of runs) {
		it(`throws nothing: ${what}`, async () => {
			const { answers, exceptions } = await run(settings, board);
			assert.equal(answers, 6, "each message of 3 cycles is answered");
			assert.deepEqual(exceptions, []);
		});
	}
});
