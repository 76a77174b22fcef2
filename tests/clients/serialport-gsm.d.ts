/* What the test uses of npm's serialport-gsm, which brings no types. */
declare module "serialport-gsm" {
	import type { EventEmitter } from "node:events";

	export interface Result<T> {
		status: string;
		request: string;
		data: T;
	}

	export interface Message {
		sender: string;
		message: string;
		index: number;
		dateTimeSent: Date;
		header: { encoding: string; smsc: string };
	}

	export interface Modem extends EventEmitter {
		open(path: string, options: Record<string, unknown>): Promise<Result<unknown>>;
		initializeModem(): Promise<Result<string>>;
		setModemMode(mode: "PDU" | "SMS"): Promise<Result<string>>;
		getModemSerial(): Promise<Result<{ modemSerial: string }>>;
		getNetworkSignal(): Promise<Result<{ signalQuality: string; signalStrength: number }>>;
		getOwnNumber(): Promise<Result<{ number: string }>>;
		checkSimMemory(): Promise<Result<{ used: number; total: number }>>;
		executeCommand(command: string): Promise<Result<{ result: string }>>;
		sendSMS(number: string, text: string, alert: boolean): Promise<Result<{ recipient: string; response: string }>>;
		getSimInbox(): Promise<Result<Message[]>>;
		deleteMessage(message: Message): Promise<Result<unknown>>;
		hangupCall(): Promise<Result<string>>;
		close(): Promise<Result<unknown>>;
	}

	const serialportGsm: { Modem(): Modem };
	export default serialportGsm;
}
