/* The serial port in the simulator, with a pseudo-terminal as its device. Each check is a line: "ok ..." or "not ok ...". */
import config from "mc/config";
import Timer from "timer";
import Serial from "../../../../hosts/serial/serial.js";
import { Serial as Port } from "../../../../hosts/simulator/serial/port.js";
import { Echo } from "./echo.js";

const device = config["device"] as string;
const TOTAL = Number(config["total"]);
/** close() drops what has not gone out. */
const DRAIN_MS = 500;
/** Asks the other end to go. */
const HANG_UP = Uint8Array.of(0x48);
const PLAIN = { device, baud: 115200 };

function check(what: string, right: boolean, seen: unknown = ""): void {
	trace(`${right ? "ok" : "not ok"} ${what}${right ? "" : `: ${seen}`}\n`);
}

function failure(act: () => unknown): string {
	try {
		act();
	} catch (error) {
		return `${error}`.replace(/ \(in .*\)$/, "");
	}
	return "nothing";
}

function fails(what: string, act: () => unknown, expected: string): void {
	const seen = failure(act);
	check(what, seen.startsWith(expected), seen);
}

function refusals(): void {
	fails("no device", () => new Serial({ baud: 115200 }), "Error: no device");
	fails("a device that is none", () => new Serial({ device: "/dev/null", baud: 115200 }), "Error: no serial device");
	fails("no baud", () => new Serial({ device } as never), "RangeError: no baud");
	fails("a baud of 0", () => new Serial({ device, baud: 0 }), "RangeError: invalid baud");
	fails("a small ring", () => new Serial({ ...PLAIN, receiveBuffer: 255 }), "RangeError: invalid receiveBuffer");
	fails("a format", () => new Serial({ ...PLAIN, format: "string" as never }), "RangeError: invalid format");
	fails("a flow control", () => new Serial({ ...PLAIN, flowControl: "xonxoff" as never }), "RangeError: invalid flowControl");
	fails("a callback", () => new Serial({ ...PLAIN, onReadable: 1 as never }), "Error: not a function");
	const first = new Serial({ ...PLAIN, flowControl: "hardware" });
	fails("a device in use", () => new Serial(PLAIN), "Error: device in use");
	first.close();
	const second = new Serial({ ...PLAIN, target: "a target", format: "number" });
	check("is free after close()", "number" === second.format && "a target" === second.target);
	second.close();
}

function uses(): void {
	const port = new Serial(PLAIN);
	check(
		"nothing to read",
		undefined === port.read() && undefined === port.read(1) && undefined === port.read(new ArrayBuffer(1)),
	);
	fails("more than the buffer", () => port.write(new ArrayBuffer(1025)), "Error: output full");
	fails("no buffer", () => port.write(1), "TypeError");
	port.write(new ArrayBuffer(0));
	check("no overruns", 0 === port.overruns);
	port.close();
	port.close();
	check("closes twice", true);
	fails("reads when closed", () => port.read(), "SyntaxError");
	fails("writes when closed", () => port.write(new ArrayBuffer(1)), "SyntaxError");
	fails("counts when closed", () => port.overruns, "SyntaxError");
	fails("is no method of others", () => Reflect.apply(Serial.prototype.close, {}, []), "SyntaxError");
}

/** The other end goes away: what it sent, then the loss, and nothing after close(). */
function loss(port: Serial): void {
	port.close();
	let told = 0;
	const last = new Serial({
		...PLAIN,
		onReadable() {
			this.read();
		},
		onError() {
			told++;
			fails("writes to a lost device", () => this.write(new ArrayBuffer(1)), "Error: output full");
			this.close();
			Timer.set(() => {
				check("tells the loss once", 1 === told, told);
				trace("all done\n");
			}, 100);
		},
	});
	last.write(HANG_UP);
}

export default function main(): void {
	check("the simulator's choice on Linux is this class", Object.is(Port, Serial));
	refusals();
	uses();
	new Echo(device, TOTAL, ({ tally, port }) => {
		check("all came and went", TOTAL === tally.received, JSON.stringify(tally));
		check("callbacks were right", 0 === tally.wrong && tally.rooms > 1, JSON.stringify(tally));
		check("the ring was full, and no fuller", 4096 === tally.waiting, tally.waiting);
		check("nothing was lost", 0 === port.overruns);
		Timer.set(() => loss(port), DRAIN_MS);
	});
}
