/* The serial ports of this machine, for somebody who has named a wrong one. */
import { SerialPort } from "serialport";

const MOST = 8;

interface Port {
	readonly path: string;
	readonly manufacturer?: string | undefined;
	readonly vendorId?: string | undefined;
}

/** "serial ports here: /dev/ttyUSB0 (FTDI)", those with something on them first. */
export async function serialPortsHere(list: () => Promise<readonly Port[]> = () => SerialPort.list()): Promise<string> {
	const ports = await list().catch(() => []);
	const known = ports.filter(port => undefined !== port.vendorId);
	const shown = (known.length > 0 ? known : ports).slice(0, MOST);
	if (0 === shown.length) return "there is no serial port on this machine";
	const names = shown.map(({ manufacturer, path }) => (manufacturer ? `${path} (${manufacturer})` : path));
	const more = ports.length > shown.length && 0 === known.length ? `, and ${ports.length - shown.length} more` : "";
	return `serial ports here: ${names.join(", ")}${more}`;
}
