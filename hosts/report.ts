/* What happens, in lines for a person: the same words on every host. */

import type { Destination, UplinkEvent } from "../modules/delivery/events.js";
import type { ModemEvent } from "../modules/modem/events.js";

const LONGEST_ANSWER = 60;

/** One line, without time and without an end. */
export function describe(event: ModemEvent | UplinkEvent): string {
	switch (event.kind) {
		case "power-key":
			return event.pressed ? "power key pressed" : "power key released";
		case "retry":
			return `next try in ${seconds(event.afterMs)}: ${event.why}`;
		case "powered":
			return `modem answers after ${seconds(event.afterMs)}, power key pressed ${times(event.pulses)}`;
		case "identified":
			return `modem ${event.model}, firmware ${event.firmware}${event.known ? "" : ": unknown, used as a SIM900"}`;
		case "sim":
			return `SIM: ${event.state}`;
		case "pin-entered":
			return `PIN entered (tries left before: ${event.triesLeft})`;
		case "searching":
			return "searching a network";
		case "registration-denied":
			return event.text;
		case "registered":
			return event.roaming ? "registered, roaming" : "registered, home network";
		case "attached":
			return "attached to GPRS";
		case "bearer-up":
			return `bearer up, IP address ${event.address}`;
		case "bearer-down":
			return "asked" === event.code ? "bearer down" : `bearer lost: ${event.code}`;
		case "warning":
			return `modem warns: ${event.text}`;
		case "unexplained":
			return `unknown line from the modem: ${printable(event.line)}`;
		case "cycle":
			return `cycle ${event.cycle}`;
		case "waiting":
			return `cycle ${event.cycle}: waiting ${seconds(event.forMs)}: ${event.why}`;
		case "connected":
			return `cycle ${event.cycle}: connected to ${place(event.destination)}`;
		case "sent":
			return `cycle ${event.cycle}: ${event.bytes} bytes sent to ${place(event.destination)}`;
		case "answered":
			return `cycle ${event.cycle}: answer from ${place(event.destination)}: "${printableBytes(event.answer)}"`;
		case "failed":
			return `cycle ${event.cycle}: failed${event.destination ? ` for ${place(event.destination)}` : ""}: ${event.error.code}, ${event.error.message}`;
		case "cycle-done":
			return `cycle ${event.cycle} done${event.failures ? `, failures: ${event.failures}` : ""}`;
		case "finished":
			return `finished: cycles ${event.cycles}, failures ${event.failures}${event.error ? `: ${event.error.code}, ${event.error.message}` : ""}`;
	}
}

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(3)} s`;
}

function times(count: number): string {
	return 1 === count ? "once" : `${count} times`;
}

export function place(destination: Destination): string {
	return `${destination.protocol.toLowerCase()}://${destination.host}:${destination.port}`;
}

function printableBytes(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes.subarray(0, LONGEST_ANSWER)) text += String.fromCharCode(byte);
	return printable(text) + (bytes.length > LONGEST_ANSWER ? "..." : "");
}

/** Control characters as escapes, so that nothing from outside moves the terminal's cursor. */
export function printable(text: string): string {
	let result = "";
	for (const character of text) {
		if (character >= " " && character <= "~") result += character;
		else if ("\r" === character) result += "\\r";
		else if ("\n" === character) result += "\\n";
		else result += `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
	}
	return result;
}
