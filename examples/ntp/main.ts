/* The SDK's NTP client over the modem, by UDP. On a device without the time, setup/network has already set it by the same. */
import { provided } from "hosts/network/device";
import type { Clients } from "./config.js";

const { client } = provided<Clients>().ntp!;
const ntp = new client.io(client as never);
ntp.getTime((error: Error | null, unixMs?: number) => {
	trace(error ? "ntp: no answer\n" : `ntp: ${new Date(unixMs!).toISOString()}\n`);
	ntp.close();
	trace("ntp: done\n");
});
