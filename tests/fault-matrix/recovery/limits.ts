/*
 * What operators allow, and how soon a modem that can be helped must be well.
 *
 * Source: Telefónica M2M/IoT Device Behaviour Requirements, REQ_008, REQ_009, 5.2.1; GSMA TS.34 ch. 8, numbers of u-blox
 * UBX-20050829, 7.2.4.
 */
import type { Life } from "./life.js";
import type { Stuck } from "./stuck.js";

const HOUR_MS = 3_600_000;
/** With the network there and the server away, the bearer is left alone for an hour. */
const WELL_WITHIN_MS = 4 * HOUR_MS;
/** The first one, and ten retries. */
const REQUESTS_AN_HOUR = 11;
const ACTIVATIONS_AN_HOUR = 30;
const RESTARTS_AN_HOUR = 1;

export function complaintsOf(stuck: Stuck, life: Life): string[] {
	const complaints: string[] = [];
	const complain = (text: string) => complaints.push(`${stuck.name}: ${text}`);
	const { counts, mostAnHour: most, recoveredMs = Number.POSITIVE_INFINITY, rung } = life;
	if (stuck.cure && !(recoveredMs <= WELL_WITHIN_MS)) complain(`${stuck.cure} would help, and it is not well after 4 hours`);
	if (stuck.cure && undefined === rung) complain("nothing has helped");
	if (most.attach > REQUESTS_AN_HOUR) complain(`${most.attach} attachments in an hour, ${REQUESTS_AN_HOUR} are allowed`);
	if (most.activation > ACTIVATIONS_AN_HOUR)
		complain(`${most.activation} activations in an hour, ${ACTIVATIONS_AN_HOUR} are allowed`);
	if (stuck.isRefused && most.activation > REQUESTS_AN_HOUR)
		complain(`${most.activation} activations in an hour that were refused, ${REQUESTS_AN_HOUR} are allowed`);
	const restarts = life.mostRestartsAnHour;
	if (stuck.isRefused && restarts > RESTARTS_AN_HOUR) complain(`${restarts} restarts in an hour, ${RESTARTS_AN_HOUR} is allowed`);
	if (stuck.serverAway && counts.restart + counts["power-key"] > 0) complain("the modem was restarted because a server is away");
	if (stuck.serverAway && most.activation > 1) complain(`${most.activation} activations in an hour because a server is away`);
	if ("well" === stuck.name && (counts.restart > 0 || counts.activation !== 1)) complain("a modem that is well is left alone");
	return complaints;
}
