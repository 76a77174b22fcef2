/* The frame that all tools share. */
import { assert } from "chai";
import { type Command, helpOf, runCommand, takenByNpm } from "../../../tools/command/command.js";
import { Failure, wordsOf } from "../../../tools/command/errors.js";
import type { Options } from "../../../tools/command/options.js";

const OPTIONS = {
	cycles: { type: "string", default: "3", value: "N", help: "how many" },
	"keep-bearer": { type: "boolean", help: "keep it" },
	fault: {
		type: "string",
		multiple: true,
		default: [],
		value: "NAME",
		help: "what is wrong, told at such length that it has to be broken",
	},
} as const satisfies Options;

describe("tools/command", () => {
	let said: string[];
	let complained: string[];
	const { log, error } = console;

	beforeEach(() => {
		said = [];
		complained = [];
	});

	async function run(argv: string[], change: Partial<Command<typeof OPTIONS>> = {}): Promise<number> {
		console.log = text => said.push(text);
		console.error = text => complained.push(text);
		try {
			return await runCommand({ name: "start", about: "Does it.", options: OPTIONS, run: () => 0, ...change }, argv);
		} finally {
			Object.assign(console, { log, error });
		}
	}

	it("gives the values to the command, and its exit code back", async () => {
		let values: unknown;
		const code = await run(["--cycles=5", "--fault", "drop", "--fault", "flip"], {
			run(given) {
				values = given;
				return 7;
			},
		});
		assert.equal(code, 7);
		assert.containsSubset(values, { cycles: "5", fault: ["drop", "flip"] });
	});

	const wrong: [string, string[], RegExp][] = [
		["an option that is nearly one", ["--cylces", "3"], /no option --cylces; did you mean --cycles\?/],
		["an option cut short", ["--keep"], /no option --keep; did you mean --keep-bearer\?/],
		["an option like no other", ["--wxyz"], /no option --wxyz \(see/],
		["a fault for an option", ["--drop", "0.1"], /no option --drop; did you mean --fault drop=0\.1\?/],
		["an option without its value", ["--cycles"], /--cycles needs a value: --cycles N/],
		["an option for a value", ["--cycles", "--keep-bearer"], /--cycles needs a value/],
		["a value for none", ["--keep-bearer=1"], /--keep-bearer takes no value/],
		["a word without its dashes", ["cycles", "3"], /"cycles" is not understood; did you mean --cycles\?/],
	];
	for (const [what, argv, pattern] of wrong) {
		it(`says what to type instead of ${what}, with 2`, async () => {
			assert.equal(await run(argv), 2);
			assert.lengthOf(complained, 1);
			assert.match(complained[0]!, pattern);
			assert.match(complained[0]!, /^npm start: [^\n]+ \(see npm start -- --help\)$/);
		});
	}

	it("takes a number below 0 for a value", async () => {
		let cycles = "";
		await run(["--cycles", "-5"], {
			run(values) {
				cycles = values.cycles;
				return 0;
			},
		});
		assert.equal(cycles, "-5");
	});

	it("sees that npm has taken an option", () => {
		const env = { npm_lifecycle_event: "start", npm_config_keep_bearer: "true" };
		assert.equal(takenByNpm(OPTIONS, env), "--keep-bearer");
		assert.isUndefined(takenByNpm(OPTIONS, { ...env, npm_lifecycle_event: undefined }));
		assert.isUndefined(takenByNpm(OPTIONS, { npm_lifecycle_event: "start", npm_config_nodedir: "x" }));
	});

	it("prints its help in 80 columns, by -h too", async () => {
		assert.equal(await run(["-h"]), 0);
		const help = said.join("\n");
		assert.equal(help, helpOf({ name: "start", about: "Does it.", options: OPTIONS, run: () => 0 }));
		for (const line of help.split("\n")) assert.isAtMost(line.length, 80);
		assert.match(help, /^ {2}--cycles N +how many \(default 3\)$/m);
		assert.match(help, /^ {2}-h, --help +this text$/m);
	});

	it("prints the version of the package", async () => {
		assert.equal(await run(["--version"]), 0);
		assert.match(said[0]!, /^\d+\.\d+\.\d+$/);
	});

	it("tells a failure in its words, without a stack", async () => {
		const fail = () => {
			throw new Failure("the printer is on fire", 3);
		};
		assert.equal(await run([], { run: fail }), 3);
		assert.deepEqual(complained, ["npm start: the printer is on fire"]);
	});

	it("tells what the operating system refuses in words", async () => {
		const refuse = () => {
			throw Object.assign(new Error("listen EADDRINUSE: address already in use :::80"), {
				code: "EADDRINUSE",
				syscall: "listen",
			});
		};
		assert.equal(await run([], { run: refuse }), 1);
		assert.deepEqual(complained, ["npm start: the port is in use by another program"]);
		assert.equal(wordsOf(new Error("first\nsecond")), "first");
	});

	it("shows where a defect is", async () => {
		const defect = () => {
			throw new TypeError("x is not a function");
		};
		assert.equal(await run([], { run: defect }), 1);
		assert.match(complained[0]!, /a defect of this program: TypeError: x is not a function\n +at .*defect.*command\.test\.ts/);
	});
});
