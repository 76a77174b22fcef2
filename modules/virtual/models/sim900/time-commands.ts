/* The time of the network and of a server: AT+CLTS, AT+CNTP. */
import type { Call } from "../../at/call.js";
import { answer, type Command, setting } from "../../at/command.js";
import type { Session } from "../../session.js";

/** What +CNTP: says. */
const NTP = { done: 1, network: 61, dns: 62 } as const;

/** AT+CNTP="server",zone[,cid,mode]. */
function chooseServer(call: Call): void {
	const [server, zone] = [call.text(0), call.optional(1, -47, 48, 0)];
	if (undefined === server || undefined === zone) return call.fail();
	call.session.timeServer = { host: server, zoneQuarters: zone };
	call.ok();
}

/** OK at once, what came of it later. */
function askTime(call: Call): void {
	const { session } = call;
	call.ok();
	const endActivity = session.world.activity.begin();
	synchronize(session, result => {
		endActivity();
		session.urc(`+CNTP: ${result}`);
	});
}

function synchronize(session: Session, onDone: (result: number) => void): void {
	const { packetData, world, air } = session;
	const { host, zoneQuarters } = session.timeServer;
	if (!packetData.up) {
		world.schedule.after(world.timing.clockQueryMs, () => onDone(NTP.network));
		return;
	}
	air.resolve(host, addresses => {
		if (0 === addresses.length) return onDone(NTP.dns);
		// the radio network's own time stands in for what a time server would say
		world.schedule.after(world.timing.clockQueryMs, () => {
			session.calendar.set(world.radio.calendar.utcMs, zoneQuarters);
			onDone(NTP.done);
		});
	});
}

export const TIME_COMMANDS: readonly Command[] = [
	setting(
		"+CLTS",
		[0, 1],
		({ memory }) => memory.networkTime,
		({ memory }, value) => {
			memory.networkTime = value;
		},
	),
	{
		name: "+CNTP",
		run: askTime,
		read: call => {
			const { host, zoneQuarters } = call.session.timeServer;
			answer(call, `+CNTP: "${host}",${zoneQuarters}`);
		},
		set: chooseServer,
		test: "<url>,(-47-48),(1-3),(0-2)",
	},
];
