/* What the modem says of the network's time after registration. */
import { zoneText } from "../../radio/calendar.js";
import type { Radio } from "../../radio/radio.js";

export function timeLines({ calendar, operator, operatorCode: code, dst }: Radio): string[] {
	const zone = zoneText(calendar.zoneQuarters, 1);
	return [
		`*PSNWID: "${code.slice(0, 3)}","${code.slice(3)}","${operator}",0,"${operator}",0`,
		`*PSUTTZ: ${calendar.utcFields},"${zone}",${dst}`,
		`+CTZV: "${zone}"`,
		`DST: ${dst}`,
	];
}
