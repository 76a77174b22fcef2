/* What somebody may have meant. */

/** Letters to insert, remove, change or swap with their neighbour. */
function distance(from: string, to: string): number {
	let before: number[] = [];
	let last = Array.from({ length: to.length + 1 }, (_, at) => at);
	for (let row = 1; row <= from.length; row++) {
		const next = [row];
		for (let column = 1; column <= to.length; column++) {
			const same = from[row - 1] === to[column - 1] ? 0 : 1;
			let least = Math.min(last[column]! + 1, next[column - 1]! + 1, last[column - 1]! + same);
			const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
			if (isSwapped) least = Math.min(least, before[column - 2]! + 1);
			next.push(least);
		}
		before = last;
		last = next;
	}
	return last[to.length]!;
}

/** The word that is most like it; undefined when none is. */
export function closest(word: string, words: Iterable<string>): string | undefined {
	const most = Math.max(1, Math.floor(word.length / 3));
	let found: { word: string; distance: number } | undefined;
	for (const candidate of words) {
		const begins = word.length >= 3 && candidate.startsWith(word);
		const apart = begins ? 1 : distance(word.toLowerCase(), candidate.toLowerCase());
		if (apart <= most && apart < (found?.distance ?? Number.POSITIVE_INFINITY)) found = { word: candidate, distance: apart };
	}
	return found?.word;
}

/** To be put behind a complaint: "; did you mean drop?", or nothing. */
export function didYouMean(word: string, words: Iterable<string>, prefix = ""): string {
	const found = closest(word, words);
	return undefined === found ? "" : `; did you mean ${prefix}${found}?`;
}
