/*
 * What UART and radio allow, and where the time of a transfer goes as far as that can be computed: the bytes themselves
 * through the narrower of the two, each piece's command, answer and turnaround, and the other of the two before the first
 * byte and behind the last. What is left is the driver's own.
 */

/** GPRS class 10, as the virtual modem has it by default. */
const RADIO_BPS = { up: 42_800, down: 85_600 } as const;
const HALF_ROUND_TRIP_MS = 150;
const SEGMENT_BYTES = 1_460;
/** What the modem takes at once, and sends as a segment. */
export const PIECE_BYTES = 1_380;
const HEADER_BYTES = 40;
/** Of the receive buffer, what the driver keeps free for all but the data. */
const FRAME_BYTES = 64;
/** "AT+CIPSEND=0,1380", "> " and "DATA ACCEPT:0,1380"; "AT+CIPRXGET=2,0,64", "+CIPRXGET: 2,0,64,0" and OK. */
const SEND_BYTES = 44;
const FETCH_BYTES = 50;
/** The modem's own time for them. */
const SEND_MS = 8;
const FETCH_MS = 3;

export interface Transfer {
	readonly direction: "up" | "down";
	readonly baud: number;
	readonly receiveBuffer: number;
}

/** Bytes a second through the radio, without the TCP/IP header of each segment. */
function radioRateOf(direction: "up" | "down"): number {
	const segmentBytes = segmentBytesOf(direction);
	return (RADIO_BPS[direction] / 8) * (segmentBytes / (segmentBytes + HEADER_BYTES));
}

function segmentBytesOf(direction: "up" | "down"): number {
	return "up" === direction ? PIECE_BYTES : SEGMENT_BYTES;
}

/** The narrower of the two: the UART's bytes without any command, the radio's without headers. */
export function limitOf({ baud, direction }: Pick<Transfer, "baud" | "direction">): number {
	return Math.min(baud / 10, radioRateOf(direction));
}

/** What the UART carries in pieces that fit, one command each. */
function pieceRateOf({ baud, direction, receiveBuffer }: Transfer): number {
	const fits = Math.min(SEGMENT_BYTES, receiveBuffer - FRAME_BYTES);
	const [bytes, overheadBytes, modemMs] = "up" === direction ? [PIECE_BYTES, SEND_BYTES, SEND_MS] : [fits, FETCH_BYTES, FETCH_MS];
	return bytes / (((bytes + overheadBytes) * 10) / baud + modemMs / 1_000);
}

/** The same, or what the radio carries if that is less: what no driver can do better. */
export function pieceLimitOf(transfer: Transfer): number {
	return Math.min(limitOf(transfer), pieceRateOf(transfer));
}

/** Shares of the time that a transfer has taken. */
export interface Account {
	readonly data: number;
	readonly commands: number;
	readonly ends: number;
	readonly rest: number;
}

export function accountOf(transfer: Transfer, bytes: number, bytesPerSecond: number): Account {
	const { direction } = transfer;
	const ms = (bytes * 1_000) / bytesPerSecond;
	const dataMs = (bytes * 1_000) / limitOf(transfer);
	const commandsMs = (bytes * 1_000) / pieceLimitOf(transfer) - dataMs;
	// While the wider of the two carries its first or last segment, the narrower has nothing to do.
	const widerRate = Math.max(radioRateOf(direction), pieceRateOf(transfer));
	const endsMs = HALF_ROUND_TRIP_MS + (Math.min(bytes, segmentBytesOf(direction)) * 1_000) / widerRate;
	return { data: dataMs / ms, commands: commandsMs / ms, ends: endsMs / ms, rest: (ms - dataMs - commandsMs - endsMs) / ms };
}
