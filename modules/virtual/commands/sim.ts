/* The SIM's own commands: PIN, PUK, the tries that are left, and what is written on the card. */
import type { Call } from "../at/call.js";
import { answer, type Command } from "../at/command.js";
import { CME } from "../at/errors.js";
import type { Session } from "../session.js";

const PIN = /^[0-9]{4,8}$/;
const PUK = /^[0-9]{8}$/;

function readPin(call: Call): void {
	switch (call.session.sim.state) {
		case "ready":
			return answer(call, "+CPIN: READY");
		case "pin":
			return answer(call, "+CPIN: SIM PIN");
		case "puk":
			return answer(call, "+CPIN: SIM PUK");
		case "off":
			return answer(call, "+CPIN: NOT READY");
		default:
			return call.fail(call.session.sim.error);
	}
}

function enterPin(call: Call): void {
	const { sim, world } = call.session;
	const [pin, newPin] = [call.text(0) ?? "", call.text(1)];
	if ("pin" !== sim.state && "puk" !== sim.state) return call.fail("ready" === sim.state ? CME.notAllowed : sim.error);
	call.after(world.timing.pinMs, () => {
		if ("puk" === sim.state) return enterPuk(call, pin, newPin);
		if (undefined !== newPin || !PIN.test(pin)) return call.fail(CME.incorrectPassword);
		finishPin(call, sim.card.tryPin(pin));
	});
}

function enterPuk(call: Call, puk: string, newPin: string | undefined): void {
	if (undefined === newPin) return call.fail(CME.simPukRequired);
	if (!PUK.test(puk) || !PIN.test(newPin)) return call.fail(CME.incorrectPassword);
	finishPin(call, call.session.sim.card.tryPuk(puk, newPin));
}

function finishPin(call: Call, right: boolean): void {
	const { sim, world } = call.session;
	if (right) {
		call.ok();
		sim.unlock(world.timing.unlockMs);
	} else {
		sim.recheck();
		call.fail(CME.incorrectPassword);
	}
}

/** AT+CLCK="SC",mode[,password]: the PIN lock. Other locks are not there. */
function lock(call: Call): void {
	const { card } = call.session.sim;
	const mode = call.number(1, 0, 2);
	if ("SC" !== call.text(0)?.toUpperCase() || undefined === mode) return call.fail();
	if (2 === mode) return answer(call, `+CLCK: ${card.locked ? 1 : 0}`);
	call.after(call.session.world.timing.pinMs, () => {
		if (!card.tryPin(call.text(2) ?? "")) return wrongPassword(call);
		card.locked = 1 === mode;
		call.ok();
	});
}

function changePin(call: Call): void {
	const [oldPin, newPin] = [call.text(1) ?? "", call.text(2) ?? ""];
	if ("SC" !== call.text(0)?.toUpperCase() || !PIN.test(newPin)) return call.fail();
	call.after(call.session.world.timing.pinMs, () => {
		if (call.session.sim.card.changePin(oldPin, newPin)) call.ok();
		else wrongPassword(call);
	});
}

function wrongPassword(call: Call): void {
	const { sim } = call.session;
	if (0 === sim.card.triesLeft) sim.recheck();
	call.fail(CME.incorrectPassword);
}

/** Can be read as soon as the card answers, before its PIN is known. */
export function readCard(call: Call, text: (session: Session) => string): void {
	const { sim } = call.session;
	if ("absent" === sim.state || "busy" === sim.state || "off" === sim.state) call.fail(sim.error);
	else answer(call, text(call.session));
}

export const SIM_COMMANDS: readonly Command[] = [
	{ name: "+CPIN", read: readPin, set: enterPin, test: "" },
	{ name: "+CLCK", set: lock, test: '("SC")', sim: "cme" },
	{ name: "+CPWD", set: changePin, test: '("SC",8)', sim: "cme" },
	{ name: "+CIMI", run: call => answer(call, call.session.sim.card.imsi), test: "", sim: "cme" },
	{ name: "+CNUM", run: call => answer(call, `+CNUM: "","${call.session.sim.card.number}",145,7,4`), test: "", sim: "cme" },
];
