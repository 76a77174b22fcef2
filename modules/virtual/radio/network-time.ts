/* The network tells the time after registration, when AT+CLTS=1 was stored before the modem came on. */

import type { Session } from "../session.js";
import { zoneText } from "./calendar.js";

export function tellNetworkTime(session: Session): void {
	const { radio, timing, schedule, model } = session.world;
	const { networkTime } = session.memory;
	if (1 !== networkTime) return;
	schedule.after(timing.networkTimeMs, () => {
		const { calendar, operator, operatorCode: code, dst } = radio;
		const zone = zoneText(calendar.zoneQuarters, 1);
		session.calendar.set(calendar.utcMs, calendar.zoneQuarters);
		session.urc(`*PSNWID: "${code.slice(0, 3)}","${code.slice(3)}","${operator}",0,"${operator}",0`);
		session.urc(`*PSUTTZ: ${calendar.utcFields},"${zone}",${dst}`);
		session.urc(`+CTZV: "${zone}"`);
		session.urc(`DST: ${dst}`);
		if ("sim800" === model) session.urc(`+CIEV: 10,"${code}","${operator}","${operator}", 0, 0`);
	});
}
