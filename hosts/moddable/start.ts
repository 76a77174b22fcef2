/*
 * Where the firmware begins on Moddable: main, and one line on the console when it can't start or comes to an end by an
 * error. Without it XS says no more than "unhandled exception", and an ESP32 restarts again and again.
 */
import main from "../../main.js";

export default function start(): void {
	try {
		main().done.catch(tell);
	} catch (error) {
		tell(error);
	}
}

function tell(error: unknown): void {
	trace(`the firmware stops: ${error}\n`);
}
