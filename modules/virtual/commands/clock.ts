/* Date and time: AT+CCLK, AT+CLTS, AT+CNTP. */
import type { Call } from "../at/call.js";
import { answer, type Command, inert, setting } from "../at/command.js";
import type { Session } from "../session.js";

/** What +CNTP: says. */
const NTP = { done: 1, network: 61, dns: 62 } as const;

function setClock(call: Call): void {
	if (call.session.calendar.setText(call.text(0) ?? "")) call.ok();
	else call.fail();
}

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
	const { packetData, world, ip } = session;
	const { host, zoneQuarters } = session.timeServer;
	if (!packetData.up) {
		world.schedule.after(world.timing.clockQueryMs, () => onDone(NTP.network));
		return;
	}
	ip.resolve(host, addresses => {
		if (0 === addresses.length) return onDone(NTP.dns);
		// the radio network's own time stands in for what a time server would say
		world.schedule.after(world.timing.clockQueryMs, () => {
			session.calendar.set(world.radio.calendar.utcMs, zoneQuarters);
			onDone(NTP.done);
		});
	});
}

export const CLOCK_COMMANDS: readonly Command[] = [
	{ name: "+CCLK", read: call => answer(call, `+CCLK: "${call.session.calendar.text}"`), set: setClock, test: "" },
	setting(
		"+CLTS",
		[0, 1],
		({ memory }) => memory.networkTime,
		({ memory }, value) => {
			memory.networkTime = value;
		},
	),
	inert("+CTZU", [0, 1], 0),
	{ ...inert("+CNTPCID", [1, 3], 1), model: "sim800" },
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
