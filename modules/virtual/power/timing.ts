/*
 * The modem's own times in milliseconds: what data sheets demand and logs show of a warm modem; nothing here is what the
 * air takes (options.ts, RadioOptions).
 */

export interface Timing {
	/** PWRKEY has to be low for this long to turn it on, or off; longer than `keyOffMaxMs` does not turn it off. */
	keyOnMs: number;
	keyOffMs: number;
	keyOffMaxMs: number;
	/** A key that is never let go of turns it on as if it had been let go of after this. */
	keyStuckMs: number;
	/** STATUS high, and AT usable: SIM900 from the release of the key, SIM800 from the moment it was held long enough. */
	statusOnMs: number;
	/** The download tool's bytes leave the port, counted as `statusOnMs`. */
	toolSyncMs: number;
	/** From the release of the key (or AT+CPOWD) to the farewell, and to STATUS low. */
	farewellMs: number;
	statusOffMs: number;
	/** STATUS rises so long after the port is there, and falls so long after it is gone. */
	statusLagMs: number;
	statusOffLagMs: number;
	/** A key pressed sooner than this after STATUS went low is not seen. */
	restMs: number;
	/** AT+CFUN=1,1, or a reset: from there to a UART that answers. */
	restartMs: number;
	/** From an active UART: RDY, the SIM's state, Call Ready. */
	readyMs: number;
	simMs: number;
	/** For so long it takes the SIM for missing. */
	simUnseenMs: number;
	callReadyMs: number;
	smsReadyMs: number; // after Call Ready
	/** From the SIM being ready to the network's answer, from there to GPRS. */
	registerMs: number;
	attachMs: number;
	/** AT+CGATT=1 is refused for this long after registration. */
	attachRefusedMs: number;
	/** From registration to the network's time. */
	networkTimeMs: number;
	/** Out of coverage for this long, the modem is detached and its context gone. */
	coverageLostMs: number;
	/** Without a SIM to use, the search for emergency service ends. */
	searchMs: number;
	/** From CR to the answer of a command that asks nobody else. */
	commandMs: number;
	pinMs: number;
	/** From a right PIN to +CPIN: READY. */
	unlockMs: number;
	functionalityOnMs: number; // AT+CFUN=1
	functionalityOffMs: number; // AT+CFUN=0
	detachMs: number;
	activateMs: number;
	/** The context is up for another of the modem's applications already. */
	activateSharedMs: number;
	deactivateMs: number;
	/** AT+CIPSHUT with nothing to shut. */
	shutMs: number;
	/** From the peer's refusal to CONNECT FAIL, from the start to CONNECT FAIL when nothing answers. */
	refusedMs: number;
	unansweredMs: number;
	/** A name that nobody knows. */
	nameUnknownMs: number;
	closeMs: number;
	closeQuickMs: number;
	/** From data entry to DATA ACCEPT, or to SEND OK for a datagram. */
	acceptMs: number;
	/** Bytes that the peer does not acknowledge for this long end the connection. */
	unacknowledgedMs: number;
	/** AT+CIPRDTIMER: the peer's close is told this much later. */
	remoteCloseMs: number;
	operatorSearchMs: number; // AT+COPS=?
	operatorSelectMs: number; // AT+COPS=0
	messageSendMs: number; // AT+CMGS
	messageListMs: number;
	/** From the message centre to the modem. */
	messageDeliverMs: number;
	ussdMs: number;
	clockQueryMs: number; // AT+CNTP
	locationMs: number; // AT+CIPGSMLOC
	/** Without traffic on the line AT+CSCLK=2 sleeps after this, and takes this long to wake. */
	sleepAfterMs: number;
	wakeMs: number;
	/** With AT+CSCLK=1: from DTR low to a UART that hears. */
	wakeLineMs: number;
}

/** Of a SIM900; other models have what differs. */
export const TIMING: Readonly<Timing> = {
	keyOnMs: 1000,
	keyOffMs: 1000,
	keyOffMaxMs: 5000,
	keyStuckMs: 5000,
	statusOnMs: 2200,
	toolSyncMs: 300,
	farewellMs: 500,
	statusOffMs: 1700,
	statusLagMs: 0,
	statusOffLagMs: 0,
	restMs: 800,
	restartMs: 2500,
	readyMs: 100,
	simMs: 1150,
	simUnseenMs: 0,
	callReadyMs: 3200,
	smsReadyMs: 100,
	registerMs: 4000,
	attachMs: 1000,
	attachRefusedMs: 200,
	networkTimeMs: 2500,
	coverageLostMs: 60_000,
	searchMs: 20_000,
	commandMs: 3,
	pinMs: 300,
	unlockMs: 100,
	functionalityOnMs: 1200,
	functionalityOffMs: 5000,
	detachMs: 300,
	activateMs: 600,
	activateSharedMs: 23,
	deactivateMs: 500,
	shutMs: 20,
	refusedMs: 1000,
	unansweredMs: 75_000,
	nameUnknownMs: 3000,
	closeMs: 200,
	closeQuickMs: 20,
	acceptMs: 5,
	unacknowledgedMs: 645_000,
	remoteCloseMs: 100,
	operatorSearchMs: 20_000,
	operatorSelectMs: 3000,
	messageSendMs: 3000,
	messageListMs: 50,
	messageDeliverMs: 500,
	ussdMs: 3000,
	clockQueryMs: 2000,
	locationMs: 3000,
	sleepAfterMs: 5000,
	wakeMs: 100,
	wakeLineMs: 50,
};
