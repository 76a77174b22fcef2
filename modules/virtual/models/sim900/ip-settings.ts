/* Settings of the CIP commands: gone with the power, unless AT+CIPSCONT has stored them. */
import type { Access } from "../../radio/packet-data.js";

export interface IpSettings {
	mux: boolean; // CIPMUX
	quickSend: boolean; // CIPQSEND
	header: boolean; // CIPHEAD
	showProtocol: boolean; // CIPSHOWTP
	showAddress: boolean; // CIPSRIP
	/** CIPRXGET: 0 data is printed as it comes, 1 it is asked for. */
	manualReceive: boolean;
	transparent: boolean; // CIPMODE
	/** CIPSPRT: 0 no prompt, 1 prompt, 2 neither prompt nor SEND OK. */
	promptLevel: number;
	/** CIPATS: seconds after the prompt; 0 off. */
	autoSendSeconds: number;
	/** CLPORT; 0: any. */
	localTcpPort: number;
	localUdpPort: number;
	udpMode: number; // CIPUDPMODE
	/** CIPRDTIMER: the peer's close is told this much later, single and mux. */
	remoteCloseSingleMs: number;
	remoteCloseMuxMs: number;
	/** CIPCSGP and CSTT. */
	access: Access;
	/** CIPCCFG: retries, wait in 200 ms, packet size, whether +++ escapes. */
	transparentConfig: readonly number[];
	/** CIPTKA: on, idle, interval, count. */
	keepAlive: readonly number[];
	/** CIPDPDP: on, interval, tries. */
	contextProbe: readonly number[];
	dns: readonly string[]; // CDNSCFG
	noDelay: number; // CIPOPTION
	hexSend: boolean; // CIPSENDHEX
	tls: boolean; // CIPSSL
	context: number; // CIPSGTXT
	activationSeconds: number; // CIPSTTIMER
}

export function factoryIpSettings(remoteCloseMs: number): IpSettings {
	return {
		mux: false,
		quickSend: false,
		header: false,
		showProtocol: false,
		showAddress: false,
		manualReceive: false,
		transparent: false,
		promptLevel: 1,
		autoSendSeconds: 0,
		localTcpPort: 0,
		localUdpPort: 0,
		udpMode: 0,
		remoteCloseSingleMs: remoteCloseMs,
		remoteCloseMuxMs: remoteCloseMs,
		access: { apn: "CMNET", user: "", password: "" },
		transparentConfig: [5, 2, 1024, 1, 0, 1460, 50],
		keepAlive: [1, 7200, 75, 9],
		contextProbe: [1, 10, 3],
		dns: ["0.0.0.0", "0.0.0.0"],
		noDelay: 0,
		hexSend: false,
		tls: false,
		context: 0,
		activationSeconds: 120,
	};
}
