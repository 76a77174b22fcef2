/* What is the same for whoever speaks of the Internet: addresses, and how much fits into a datagram. */

/** The most that the modem takes at once in most networks, and so of one datagram. SIM900 AT Command Manual 8.2.3 */
export const MOST_DATAGRAM_BYTES = 1_380;

/** "10.99.152.119" and the like, each part at most 255. */
export function isAddress(text: string): boolean {
	const parts = text.split(".", 5);
	return 4 === parts.length && parts.every(isAddressPart);
}

function isAddressPart(part: string): boolean {
	if (0 === part.length || part.length > 3 || Number(part) > 255) return false;
	for (let at = 0; at < part.length; at++) {
		const code = part.charCodeAt(at);
		if (code < 0x30 || code > 0x39) return false;
	}
	return true;
}
