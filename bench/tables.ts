/* The tables about goodput: figures in, rows for console.table out. */
import type { Goodput } from "./goodput.js";
import { accountOf } from "./limits.js";
import type { Pushed, SketchGoodput } from "./sketch-goodput.js";

type Rows = Record<string, Record<string, string | number>>;

/** Of which an account is made: the larger the transfer, the less its ends count. */
const ACCOUNT_BYTES = 100_000;
const FIFO_BYTES = 128;

/** A row for each way, rate, receive buffer and number of sockets; a column for each size. */
export function goodputRows(figures: readonly Goodput[]): Rows {
	const rows: Rows = {};
	for (const { baud, bytes, bytesPerSecond, direction, receiveBuffer, share, shareOfPieces, sockets, wrong } of figures) {
		if (wrong > 0) throw new Error(`${wrong} bytes came otherwise than they were sent`);
		const name = `${direction}, ${baud} baud, ${receiveBuffer} bytes of buffer, ${1 === sockets ? "1 socket" : `${sockets} sockets`}`;
		rows[name] ??= {};
		const row = rows[name];
		row[`${bytes / 1_000} kB`] = percent(share);
		if (bytes < 100_000) continue;
		row["100 kB, bytes/s"] = Math.round(bytesPerSecond);
		row["100 kB, of what pieces that fit allow"] = percent(shareOfPieces);
	}
	return rows;
}

export function accountRows(figures: readonly Goodput[]): Rows {
	const rows: Rows = {};
	for (const figure of figures) {
		if (figure.bytes !== ACCOUNT_BYTES || figure.sockets > 1) continue;
		const { commands, data, ends, rest } = accountOf(figure, figure.bytes, figure.bytesPerSecond);
		rows[`${figure.direction}, ${figure.baud} baud, ${figure.receiveBuffer} bytes of buffer`] = {
			"the bytes themselves": percent(data),
			"commands and answers": percent(commands),
			"first and last segment": percent(ends),
			rest: percent(rest),
		};
	}
	return rows;
}

/** The sketch receives over one connection only. */
export function besideRows(driver: readonly Goodput[], sketch: readonly SketchGoodput[]): Rows {
	const rows: Rows = {};
	for (const { baud, bytes, direction, share, sockets } of sketch) {
		const own = driver.find(
			one =>
				one.baud === baud &&
				one.bytes === bytes &&
				one.direction === direction &&
				one.sockets === sockets &&
				FIFO_BYTES === one.receiveBuffer,
		);
		const name = `${direction}, ${baud} baud, ${1 === sockets ? "1 socket" : `${sockets} sockets`}`;
		rows[name] ??= {};
		rows[name][`sketch, ${bytes / 1_000} kB`] = percent(share);
		rows[name][`driver, ${bytes / 1_000} kB`] = percent(own!.share);
	}
	return rows;
}

export function pushedRows(figures: readonly Pushed[]): Rows {
	const rows: Rows = {};
	for (const { arrived, baud, bytes, bytesPerSecond, driverBytesPerSecond, driverWrong, longestStallMs, right } of figures) {
		if (driverWrong > 0) throw new Error(`${driverWrong} bytes came otherwise than they were sent`);
		const away = undefined === longestStallMs ? "never away" : `away for up to ${longestStallMs} ms`;
		rows[`${baud} baud, ${away}`] = {
			"sketch: arrives": percent(arrived / bytes),
			"lost, bytes": bytes - arrived,
			"right up to byte": right,
			"bytes/s": Math.round(bytesPerSecond),
			"driver: arrives": percent(1), // or its measurement would never have ended
			"driver, bytes/s": Math.round(driverBytesPerSecond),
		};
	}
	return rows;
}

function percent(share: number): string {
	return `${(Math.round(1_000 * share) / 10).toFixed(1)} %`; // rounded first, for there is no "-0.0"
}
