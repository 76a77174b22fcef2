/* The two ends of a command that are no defect, and the words for what the operating system refuses. */

/** A wrong command line. The text is one line, and says what to do. */
export class UsageError extends Error {
	override readonly name = "UsageError";
}

/** An end that was to be reckoned with. The text is one line for the user; "" is said by the exit code alone. */
export class Failure extends Error {
	override readonly name = "Failure";
	readonly exitCode: number;

	constructor(message: string, exitCode = 1) {
		super(message);
		this.exitCode = exitCode;
	}
}

const WORDS: Readonly<Record<string, string>> = {
	EACCES: "permission denied",
	EADDRINUSE: "the port is in use by another program",
	EADDRNOTAVAIL: "this machine has no such address",
	EAGAIN: "it is in use by another program",
	EBUSY: "it is in use by another program",
	ECONNREFUSED: "nobody listens there",
	ECONNRESET: "the connection was broken",
	EEXIST: "it exists already",
	EHOSTUNREACH: "no way there",
	EISDIR: "it is a folder",
	EMFILE: "too many files are open",
	ENETUNREACH: "no way there",
	ENODEV: "there is no such device",
	ENOENT: "there is no such file",
	ENOSPC: "the disk is full",
	ENOTDIR: "a part of the path is no folder",
	ENOTFOUND: "there is no such host",
	ENOTTY: "it is no serial device",
	ENXIO: "there is no such device",
	EPERM: "it is not permitted",
	EROFS: "the file system is read only",
	ETIMEDOUT: "nobody answered in time",
};

/** What went wrong, without the names that the operating system has for it. */
export function wordsOf(error: unknown): string {
	const { code, message } = error as NodeJS.ErrnoException;
	return WORDS[code ?? ""] ?? (message || String(error)).split("\n")[0]!;
}
