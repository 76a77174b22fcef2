/* `npm start -- --main FILE`: a program of the user's own on XS, with a modem, until it is done. */
import { existsSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildFailure, formatMessages } from "esbuild";
import type { Settings } from "../../hosts/host.js";
import { RealClock } from "../../hosts/node/real-clock.js";
import { describe, printable, seconds } from "../../hosts/report.js";
import type { Bundle } from "../../hosts/xs/bundle.js";
import { XsFirmware } from "../../hosts/xs/firmware.js";
import { bundleProgram } from "../../hosts/xs/program.js";
import { paintFor } from "../command/colour.js";
import { Failure, UsageError } from "../command/errors.js";
import { codeFrame, placeIn } from "./code-frame.js";
import { openHost, type RunHost } from "./modems.js";
import type { StartOptions } from "./options.js";

const ROOT = new URL("../../", import.meta.url);
/** npm runs its scripts in the folder of the project, and says where the user is. */
const USER = process.env["INIT_CWD"] ?? ".";
const ANSWER_TIMEOUT_MS = 10_000;

/** Gives the exit code. @throws {UsageError | Failure} */
export async function runProgram(options: StartOptions, file: string): Promise<number> {
	const path = resolve(USER, file);
	if (!existsSync(path)) throw new UsageError(`--main ${file}: there is no such file`);
	const firmware = await XsFirmware.load(await compiled(path));
	const stop = stopOnSignals();
	let host: RunHost | undefined;
	try {
		const clock = new RealClock(options.speed);
		host = await openProgramHost(options, clock, stop.fail);
		const holds = host.modem && (() => clock.hold());
		const ended = firmware.start(host.host, holds, line => print(options, clock, line)).then(() => firmware.done);
		await Promise.race([ended.catch(error => Promise.reject(explained(error, path))), stop.failed]);
		return 0;
	} finally {
		await firmware.close();
		await host?.close();
	}
}

/** What esbuild says of a mistake is better than anything that could be said of it here. */
async function compiled(path: string): Promise<Bundle> {
	try {
		return await bundleProgram(path);
	} catch (error) {
		const { errors } = error as BuildFailure;
		if (!errors) throw error;
		if (errors.some(({ text }) => /No matching export in .* for import "default"/.test(text)))
			throw new Failure(`${shownPath(path)} has no default export: begin it with "export default function main()"`);
		const color = "" !== paintFor(process.stderr)("bad", "");
		const here = errors.map(one => ({
			...one,
			location: one.location && { ...one.location, file: fromRoot(one.location.file) },
		}));
		for (const message of await formatMessages(here, { kind: "error", color })) process.stderr.write(message);
		throw new Failure(`${shownPath(path)} can't be compiled`);
	}
}

function shownPath(path: string): string {
	const short = relative(USER, path);
	return short.startsWith("..") ? path : short;
}

/** Paths of a bundle are seen from the project's folder. */
function fromRoot(file: string): string {
	return shownPath(resolve(fileURLToPath(ROOT), file));
}

/** An exception of the program: its place, the lines there, and the way to it. */
function explained(error: unknown, path: string): Failure {
	const { message, name, stack = "" } = error as Error;
	const own = relative(fileURLToPath(ROOT), path).split(sep).join("/");
	const place = placeIn(stack, file => file === own);
	const frame = place && codeFrame(place, ROOT, paintFor(process.stderr));
	const ways = stack
		.split("\n")
		.filter(line => /^\s*at /.test(line) && !/\(hosts\/xs\/|\(\)$/.test(line)) // what runs the program is not its business
		.map(line => line.replace(/\(([^()]+):(\d+)\)/, (_, file, number) => `(${fromRoot(file)}:${number})`));
	const where = place ? `${fromRoot(place.file)}:${place.line}: ` : "";
	return new Failure([`${where}${name}: ${message}`, ...(frame ? [frame] : []), ...ways].join("\n"));
}

function openProgramHost(options: StartOptions, clock: RealClock, fail: (error: Error) => void): Promise<RunHost> | RunHost {
	const { mode, apn, user, password, pin, message, cycles, intervalMs, keepBearer, destinations, failureLimit } = options;
	const settings: Settings = {
		...{ mode, apn, user, password, pin, message, cycles, intervalMs, keepBearer, destinations, failureLimit },
		answerTimeoutMs: ANSWER_TIMEOUT_MS,
	};
	return openHost({
		...{ options, clock, settings },
		onEvent: event => print(options, clock, describe(event)),
		onTrace: options.trace ? (to, line) => print(options, clock, `  ${to} ${printable(line)}`) : undefined,
		onStatus: level => print(options, clock, `STATUS ${level ? "on" : "off"}`),
		onGone: error => fail(new Failure(error.message)),
	});
}

function print({ json }: StartOptions, clock: RealClock, text: string): void {
	const atMs = clock.elapsedMs;
	process.stdout.write(json ? `${JSON.stringify({ kind: "print", text, atMs })}\n` : `${seconds(atMs).padStart(11)}  ${text}\n`);
}

function stopOnSignals(): { readonly failed: Promise<never>; fail(error: Error): void } {
	let fail!: (error: Error) => void;
	const failed = new Promise<never>((_, reject) => {
		fail = reject;
	});
	failed.catch(() => {}); // whoever waits for it is told
	process.once("SIGINT", () => fail(new Failure("stopped", 130)));
	process.once("SIGTERM", () => fail(new Failure("stopped", 143)));
	return { failed, fail };
}
