/* The SDK has no types for it. */
declare module "embedded:io/socket/tcp/tls" {
	/** TLS on the socket class that it is given as `TCP: { io }`. */
	export default class TLSSocket {
		constructor(options: object);
	}
}
