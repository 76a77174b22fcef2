/* The TCP/IP application of a model, as the rest of the modem sees it. */
export interface IpStack {
	/** Keeps what was to be said, because the port is raw. False: it is not. */
	hold?(text: string): boolean;
	/** DTR has gone high. */
	escape?(): void;
	close(): void;
}
