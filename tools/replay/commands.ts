/*
 * What the answer to a command line looks like, for any line that a log may hold: as the driver's own commands say it,
 * and for all others by the rules that the manual keeps to.
 *
 * Source: SIM900 AT Command Manual; the chapters are those of the commands.
 */
import { type Command, type Ending, endingOf } from "../../modules/at/command.js";
import { headOf, isAddress, numberOf, paramsOf, slotOf } from "../../modules/at/params.js";
import { urcOf } from "../../modules/at/urc.js";
import { fetch } from "../../modules/modem/commands.js";

export interface Known extends Command<unknown> {
	/** Without parameters: "AT+CIPSEND". */
	readonly name: string;
	/** Its question has an answer: an OK without one is another command's, or bytes were lost. */
	readonly asks: boolean;
	/** Waits for data before it is answered. */
	readonly takesData: boolean;
	/** As many bytes as the line announces; undefined: until Ctrl-Z. */
	readonly dataBytes: number | undefined;
	isInfo(line: string): boolean;
}

const COMMAND_LINE = /^at(?:[+&%#$^\\*][a-z].*|[a-z]\d*(?:[;&=?].*)?|d.+|s\d+[=?].*|[evqx]\d.*)?$/i;

/** "AT", "ATE0", "at+cusd=1", "AT&F&W"; not "Attached". */
export function isCommandLine(text: string): boolean {
	return COMMAND_LINE.test(text.trim());
}

/** Commands whose answer is text of any kind. */
const TEXT_ANSWER = /^(?:I\d*|\+?GMR|\+CGMR|\+?GMM|\+CGMM|\+?GMI|\+CGMI|\+GSV|\+?GSN|\+CGSN|\+CIMI|\+CCID|&V|\+GCAP)$/;
/** Commands whose information has, line by line, text of any kind behind it. */
const TEXT_BEHIND = /^\+CMG[RL]$/;
const TAKES_DATA = /^\+(?:CIPSEND|CMGS|CMGW|HTTPDATA)$/;
/** Commands that ask nothing, and have no "=" either. */
const EXECUTES = /^(?:[A-Z&]\S*|\+(?:CIICR|CIPSHUT|CIPCLOSE|CSTT|HTTPINIT|HTTPTERM|HTTPREAD|CNTP|CIPSEND)|)$/;

const PLAIN: Command = { line: "", timeoutMs: 0 };

interface Part {
	/** "+CREG", "E0", "": all in capitals. */
	readonly name: string;
	readonly operator: "" | "?" | "=?" | "=";
	readonly fields: readonly string[];
}

export function knownOf(text: string): Known {
	const line = text.trim();
	const parts = partsOf(line.slice(2));
	const last = parts[parts.length - 1]!;
	const [first] = parts;
	const end = endOf(line, last, parts.length > 1);
	return {
		line,
		timeoutMs: 0,
		name: `AT${first!.name}`,
		asks: parts.some(part => asks(part)),
		takesData: TAKES_DATA.test(last.name) && "=?" !== last.operator && "?" !== last.operator,
		dataBytes: dataBytesOf(last),
		isInfo: said => parts.some(part => isInfoOf(part, said)),
		ending: end,
		isLast: said => 1 === parts.length && isLastOf(last, said),
		blockBytes: said => bytesBehind(last, said),
	};
}

/** `E0&W+CREG=1;+CGREG=1`: a basic command is followed directly, an extended one by a semicolon. */
function partsOf(text: string): Part[] {
	const pieces = text.match(/(?:"[^"]*"|[^;"])+/g) ?? [""];
	return pieces.map(piece => {
		const [, name = "", operator = "", parameters = ""] = /^([^=?]*)(=\?|=|\?|)(.*)$/.exec(piece.trim())!;
		const fields = "=" === operator ? paramsOf(`:${parameters}`) : [];
		return { name: name.toUpperCase(), operator: operator as Part["operator"], fields };
	});
}

function asks({ name, operator }: Part): boolean {
	if ("?" === operator || "=?" === operator) return true;
	return "" === operator && !EXECUTES.test(name);
}

function dataBytesOf({ name, fields }: Part): number | undefined {
	if ("+CIPSEND" === name) return numberOf(fields[fields.length > 1 ? 1 : 0]);
	return "+HTTPDATA" === name ? numberOf(fields[0]) : undefined;
}

/** An address, or what a poster left of it. */
function isAddressLike(line: string): boolean {
	return isAddress(line) || /^(?:[\dx*]{1,3}\.){3}[\dx*]{1,3}$/i.test(line);
}

function isInfoOf(part: Part, line: string): boolean {
	const { name, operator } = part;
	const head = headOf(line).toUpperCase();
	const news = urcOf(line);
	if ("+CIFSR" === name) return isAddressLike(line);
	if ("+CIPSTATUS" === name && "" === operator) return "STATE" === head || "slot-state" === news?.kind;
	if ("+CDNSCFG" === name) return "PRIMARYDNS" === head || "SECONDARYDNS" === head;
	if ("+HTTPDATA" === name && "DOWNLOAD" === line) return true;
	if (name === head) return undefined === news || ("=" !== operator && "registration" !== news.kind);
	return TEXT_ANSWER.test(name) && undefined === news && undefined === endingOf(PLAIN, line);
}

function isLastOf({ name, operator }: Part, line: string): boolean {
	return ("+CIFSR" === name && isAddressLike(line)) || ("+CIPSTATUS" === name && "" === operator && "STATE" === headOf(line));
}

/** Whether any text may stand behind a line of information. */
export function hasTextBehind(known: Known): boolean {
	return TEXT_BEHIND.test(known.name.slice(2));
}

/** The counted data behind a line of information; undefined when the line is not of the form that the manual gives. */
export function blockBytesOf(known: Known, line: string): number | undefined {
	return known.blockBytes!(line);
}

function bytesBehind({ name, fields }: Part, line: string): number | undefined {
	if ("+HTTPREAD" === name) return numberOf(paramsOf(line)[0]) ?? 0;
	if ("+FTPGET" === name) return "2" === paramsOf(line)[0] ? (numberOf(paramsOf(line)[1]) ?? 0) : 0;
	if ("+CIPRXGET" !== name || "2" !== fields[0]) return 0;
	const slot = fields.length > 2 ? numberOf(fields[1]) : undefined;
	return fetch(slot, numberOf(fields[fields.length - 1]) ?? 0, NOBODY).blockBytes!(line);
}

/** What is read is not wanted, only how much it is. */
const NOBODY = { onHeader() {}, onBlock() {}, onGap() {} };

const FAILURES = ["SEND FAIL", "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE"];

/** When its answer is whole. `several`: others are on the same line, and OK ends them all. */
function endOf(line: string, { name, operator, fields }: Part, several: boolean): (said: string) => Ending {
	const ends =
		(...success: string[]) =>
		(said: string): Ending => {
			const { text } = slotOf(said);
			const result = text.startsWith("DATA ACCEPT") ? "DATA ACCEPT" : text;
			if (success.includes(result)) return "success";
			return endingOf({ line, timeoutMs: 0, success: [], failure: FAILURES }, FAILURES.includes(text) ? text : said);
		};
	if ("=?" === operator || "?" === operator) return ends("OK");
	switch (name) {
		case "+CIFSR":
			return several ? ends("OK") : ends();
		case "+CIPSTATUS":
			return "=" === operator ? ends("OK") : ends();
		case "+CIPSHUT":
			return ends("SHUT OK");
		case "+CIPCLOSE":
			return ends("CLOSE OK", "OK", "CLOSED");
		case "+CIPSEND": {
			const slot = fields.length > 1 ? fields[0] : undefined;
			const end = ends("SEND OK", "DATA ACCEPT");
			return said => (undefined !== slot && /^\d/.test(said) && slot !== said[0] ? undefined : end(said));
		}
		case "+CPOWD":
			return ends("NORMAL POWER DOWN", "NORMAL POWER OFF", "OK");
		case "O":
		case "A":
			return ends("OK", "CONNECT");
	}
	return ends("OK");
}

/** Dns of information that the manual knows, for answers whose command is not in the log. */
const INFORMATION =
	/^\+(?:CSQ|CREG|CGREG|CEREG|CGATT|CPIN|COPS|CBC|CCLK|CMEE|CFUN|CIPMUX|CIPRXGET|CIPSTATUS|CIPSEND|CIPACK|CIPMODE|SPIC|CPMS|CMGS|CMGR|CMGL|CNUM|CGDCONT|SAPBR|HTTPREAD|HTTPDATA|ICCID|CCID|CSMINS|CADC|CMTE|CCALR|CPAS|CSPN|CIPPING|CIPGSMLOC|CLCK|IPR|ICF|IFC|CSCLK|CGACT|CDNSCFG|CLTS|CNTP|CUSD|CSCA|CSCS|CMGF|CNMI|CENG)$/;

/** "AT+CSQ?" or the like for a line that answers it; undefined when no command does. */
export function askedBy(line: string): string | undefined {
	const head = headOf(line);
	if (line.includes(":") && INFORMATION.test(head)) return `AT${head}`;
	return isAddress(line) ? "AT+CIFSR" : undefined;
}
