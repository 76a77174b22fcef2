/* What the LTE models have in common. */
import type { RadioOptions } from "../options.js";
import { TIMING, type Timing } from "../power/timing.js";
import type { LineRules, NetworkRules, TcpRules } from "./model.js";

/** Wide enough for the serial port to be the limit. */
export const LTE_RADIO: RadioOptions = {
	operator: "Virtual LTE",
	uplinkBps: 5_000_000,
	downlinkBps: 10_000_000,
	roundTripMs: 60,
};

export const LTE_TIMING: Readonly<Timing> = {
	...TIMING,
	keyOffMaxMs: 1_000_000,
	restMs: 0,
	simMs: 1000,
	callReadyMs: 4000,
	smsReadyMs: 1000,
	registerMs: 3000,
	attachMs: 100,
	attachRefusedMs: 0,
	networkTimeMs: 1000,
	// the serial port shall be the limit; logs of hosts show some 8 ms for the first and the last of these
	commandMs: 0.2,
	acceptMs: 0.2,
	functionalityOffMs: 1000,
	activateMs: 400,
	activateSharedMs: 150,
	refusedMs: 20,
	unansweredMs: 120_000,
	nameUnknownMs: 1000,
	closeMs: 100,
};

/** Both directions are the model's own choice where the vendor says nothing. */
export const LTE_TCP: TcpRules = { pieceBytes: 1500, sendBufferBytes: 32_768, receiveWindowBytes: 64_240 };

export const LTE_RATES = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600];

export const LTE_LINES: LineRules = {
	longest: 3071,
	countsPrefix: false,
	prefixes: ["AT", "At", "aT", "at"],
	semicolonAfterBasic: true,
	echoesLineFeed: false,
};

export const LTE_NETWORK: NetworkRules = {
	technology: 7,
	noSignal: "99,99",
	errorRate: 99,
	contexts: 16,
	apns: () => [""],
	contextText: (id, type, apn) => `${id},"${type}","${apn}","0.0.0.0",0,0,0,0`,
};
