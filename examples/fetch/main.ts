/* The SDK's fetch over the modem. */
import fetch from "fetch";
import config from "mc/config";

const origin = `http://${config.host ?? "localhost"}:${config.port ?? 8080}`;

async function run(): Promise<void> {
	const page = await fetch(`${origin}/`);
	trace(`fetch: GET /: ${page.status}, "${(await page.text()).trim()}"\n`);
	const message = { from: "uplink", text: "h\u00e9llo" };
	const posted = await fetch(`${origin}/echo`, { method: "POST", body: JSON.stringify(message) });
	trace(`fetch: POST /echo: ${posted.status}, ${JSON.stringify(await posted.json())}\n`);
	const missing = await fetch(`${origin}/missing`);
	trace(`fetch: GET /missing: ${missing.status}, ok ${missing.ok}\n`);
	const all = await Promise.all([1, 2, 3].map(async () => (await (await fetch(`${origin}/long`)).arrayBuffer()).byteLength));
	trace(`fetch: three at once: ${all.join(", ")} bytes\n`);
	trace("fetch: done\n");
}

run().catch(error => trace(`fetch: failed, ${error}\n`));
