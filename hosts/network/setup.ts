/*
 * What the SDK runs before an application's main on a board whose network is cellular, as its own setup/network does on one
 * with Wi-Fi: main starts when the bearer is up and the clock is right, or nobody tells the time.
 *
 * `device.network.interface.cellular` is the modem from then on; the classes of modules/socket find it there. The bearer is
 * brought up again whenever the network takes it away, until a Cellular of the application disconnects it.
 */
import { createBoard } from "host";
import { readAccess } from "hosts/moddable/settings";
import { provide, provided } from "hosts/network/device";
import { type NtpClient, setClock } from "hosts/network/set-clock";
import config from "mc/config";
import Time from "time";
import { Modem } from "uplink/modem/modem";
import { Cellular, CONNECTED } from "uplink/socket/cellular";

/** A clock before that was never set: a certificate could not be checked by it. */
const FIRST_PLAUSIBLE_MS = 1_735_689_600_000; // 2025-01-01

interface Ntp {
	readonly ntp: { readonly client: { readonly io: new (options: object) => NtpClient } };
}

export default function setup(done: () => void): void {
	try {
		const board = createBoard();
		const modem = new Modem({ ...board, ...readAccess(config), multiplex: true });
		let started = false;
		const description = Object.freeze({ io: Cellular, link: modem, random: Math.random });
		provide({ interface: Object.freeze({ ...provided().interface, cellular: description }) });
		new Cellular({
			...description,
			onChanged() {
				if (started || CONNECTED !== this.connection) return;
				started = true;
				start(modem, done);
			},
			onError: (error, forMs) => trace(`no network: ${error.code}, ${error.message}; again in ${Math.ceil(forMs / 1_000)} s\n`),
		}).connect();
	} catch (error) {
		trace(`no network: ${error}\n`); // and main is not run: without its network it would only fail less clearly
	}
}

/** Sets the clock first, where the project has the SDK's NTP client, and nothing has set it yet. */
function start({ clock }: Modem, done: () => void): void {
	const client = provided<Ntp>().ntp?.client;
	if (!client || Date.now() > FIRST_PLAUSIBLE_MS) return done();
	setClock(
		clock,
		() => new client.io(client),
		unixMs => Time.set(unixMs / 1_000),
		error => {
			if (error) trace(`no time from the network: ${error}\n`);
			done();
		},
	);
}
