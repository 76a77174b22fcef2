/* Settings by how long they last: the AT&W profile, what the modem stores by itself, and what a power-down takes away. */

/** What AT&W keeps and AT&F sets back. */
export interface Profile {
	echo: boolean; // E
	quiet: boolean; // Q
	verbose: boolean; // V
	resultLevel: number; // X
	carrierDetect: number; // &C
	dataTerminalReady: number; // &D
	/** AT+IFC: 0 none, 1 XON/XOFF, 2 RTS/CTS, for what the host and what the modem sends. */
	hostFlow: number;
	modemFlow: number;
	serviceClass: number; // +FCLASS
	/** S0, S3, S4, S5, S7, S8, S10. */
	registers: Record<number, number>;
}

export function factoryProfile(): Profile {
	return {
		echo: true,
		quiet: false,
		verbose: true,
		resultLevel: 4,
		carrierDetect: 1,
		dataTerminalReady: 1,
		hostFlow: 0,
		modemFlow: 0,
		serviceClass: 0,
		registers: { 0: 0, 3: 13, 4: 10, 5: 8, 7: 60, 8: 2, 10: 15 },
	};
}

export function copyProfile(from: Profile, into: Profile): void {
	Object.assign(into, from, { registers: { ...from.registers } });
}

/** The modem's flash: outlives power. */
export interface Memory {
	profile: Profile; // by AT&W
	/** AT+IPR; 0: autobaud. */
	baud: number;
	functionality: number; // AT+CFUN, never 0
	networkTime: number; // AT+CLTS
	registrationReports: number; // AT+CREG
	gprsReports: number; // AT+CGREG
	epsReports: number; // AT+CEREG
	callReadyReports: number; // AT+CIURC
	/** What the TCP/IP application stores. */
	ip: object;
}

export function factoryMemory(baud: number): Memory {
	return {
		profile: factoryProfile(),
		baud,
		functionality: 1,
		networkTime: 0,
		registrationReports: 0,
		gprsReports: 0,
		epsReports: 0,
		callReadyReports: 1,
		ip: {},
	};
}
