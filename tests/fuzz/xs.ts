/* The fuzz targets on XS: a message is { target, seed } in JSON, the answer is the round in JSON. */
import "../xs/chai-globals.js";
import { type Round, runRound } from "./round.js";

function handleCommand(message: ArrayBuffer): unknown {
	let round: Round = { bytes: 0, failure: "never settled" };
	const { target, seed } = JSON.parse(new TextDecoder().decode(message));
	runRound(target, seed).then(
		value => {
			round = value;
		},
		error => {
			round = { bytes: 0, failure: String(error) };
		},
	);
	return {
		get result() {
			return new TextEncoder().encode(JSON.stringify(round)).buffer; // read when the promise queue is empty
		},
	};
}

Object.assign(globalThis, { handleCommand });
