/*
 * A SIM900 (or SIM800) in software: it speaks bytes, keeps time and answers by its state.
 *
 * Written from the vendor's manuals and logs of real modems; knows nothing of any driver. This class holds what outlives
 * power (the key, the wire, the SIM card, the flash, the radio network around); what runs is a Session.
 */
import { elapsedMs } from "../core/clock.js";
import { Random } from "../core/random.js";
import { Activity } from "./activity.js";
import { Calendar } from "./calendar.js";
import type { VirtualModemOptions } from "./options.js";
import { Power } from "./power.js";
import { factoryMemory, type Memory } from "./profile.js";
import { Radio } from "./radio.js";
import { Schedule } from "./schedule.js";
import { Session } from "./session.js";
import { SimCard } from "./sim.js";
import { Supply } from "./supply.js";
import { timingOf } from "./timing.js";
import { Uart } from "./uart.js";

export type { Model, RadioOptions, SimOptions, Timing, VirtualModemOptions } from "./options.js";

const DEFAULT_BAUD = 115_200;
/** DTR high for this long lets a SIM900 look for the rate anew. */
const RESYNC_MS = 2000;
const DEFAULT_IMEI = "860000000000017";

export class VirtualModem {
	/** The radio network around the modem. */
	readonly radio: Radio;
	readonly card: SimCard;
	/** Its voltage and temperature. */
	readonly supply: Supply;
	readonly #options: VirtualModemOptions;
	readonly #timing;
	readonly #memory: Memory;
	readonly #random: Random;
	readonly #activity: Activity;
	readonly #schedule: Schedule; // of what goes on without power
	readonly #uart: Uart;
	readonly #power: Power;
	readonly #calendar: Calendar;
	#dtrHighMs: number | undefined;
	#session: Session | undefined;

	constructor(options: VirtualModemOptions) {
		const { clock, model = "sim900" } = options;
		this.#options = options;
		this.#timing = timingOf(model, options.timing);
		this.#memory = factoryMemory(options.baud ?? DEFAULT_BAUD);
		this.#random = new Random(options.seed ?? 1);
		this.radio = new Radio(clock, options.radio);
		this.card = new SimCard(options.sim);
		this.#activity = new Activity(clock);
		this.#schedule = new Schedule(clock);
		const base = { clock, schedule: this.#schedule, activity: this.#activity };
		this.#uart = new Uart({
			...base,
			transmit: bytes => options.transmit(bytes),
			onReceive: bytes => this.#receive(bytes),
		});
		this.#power = new Power(
			{
				...base,
				timing: this.#timing,
				model,
				onToolSync: () => this.#uart.start(this.#memory.baud),
				onStart: () => this.#start("cold"),
				onFarewell: words => this.#session?.farewell(words),
				onStop: () => this.#stop(),
				onStatus: level => options.onStatus?.(level),
			},
			true === options.on,
		);
		this.supply = new Supply({ power: this.#power, urc: text => this.#session?.urc(text) });
		this.#calendar = new Calendar(clock);
		if (options.on) {
			this.#uart.listen(this.#memory.baud);
			this.#start("running");
		}
	}

	/** Level at the module's PWRKEY pin: 0 pressed (active low), 1 released. */
	powerKey(level: 0 | 1): void {
		this.#power.key(level);
	}

	get status(): 0 | 1 {
		return this.#power.status;
	}

	/** The rate of the microcontroller's UART; another rate than the modem's garbles both ways. Default: the modem's own. */
	get hostBaud(): number | undefined {
		return this.#uart.hostBaud;
	}

	set hostBaud(baud: number | undefined) {
		this.#uart.hostBaud = baud;
	}

	/** The rate at which the modem sends now. */
	get baud(): number {
		return this.#uart.baud;
	}

	/** Bytes that the microcontroller's UART begins to send now, behind those still on the wire. */
	receive(bytes: Uint8Array): void {
		this.#uart.receive(bytes);
	}

	/** DTR at the modem: 0 ready (active low), 1 not. Leaves transparent mode (AT&D1), and lets it sleep (AT+CSCLK=1). */
	dataTerminalReady(level: 0 | 1): void {
		const { clock, model = "sim900" } = this.#options;
		if (1 === level) this.#dtrHighMs ??= clock.nowMs();
		else {
			const highMs = undefined === this.#dtrHighMs ? 0 : elapsedMs(this.#dtrHighMs, clock.nowMs());
			this.#dtrHighMs = undefined;
			if (highMs >= RESYNC_MS && "sim900" === model && 0 === this.#memory.baud && "on" === this.#power.state)
				this.#uart.listen(0);
		}
		this.#session?.dataTerminalReady(level);
	}

	/** RTS at the modem: 1 holds what it sends, with AT+IFC=2,2. */
	requestToSend(level: 0 | 1): void {
		this.#session?.requestToSend(level);
	}

	/** Someone calls; `ended` when the other side gives up or hangs up. */
	ring(number: string): void {
		this.#session?.calls.ring(number);
	}

	callEnded(): void {
		this.#session?.calls.ended();
	}

	/** The SIM is pulled out, or put in. */
	insertSim(inserted: boolean): void {
		if (this.#session) this.#session.sim.insert(inserted);
		else this.card.inserted = inserted;
	}

	/**
	 * Milliseconds during which something was under way in the modem: the key held, booting, the SIM, registering,
	 * attaching, a command being carried out, bytes on the wire. It is the share of a run that no driver can shorten.
	 */
	get ownMs(): number {
		return this.#activity.ms;
	}

	/** Leaves no timer, socket or callback behind. */
	close(): void {
		this.#stop();
		this.#power.close();
		this.#uart.close();
		this.#schedule.close();
	}

	#start(kind: "cold" | "restart" | "running"): void {
		const { clock, network, model = "sim900" } = this.#options;
		const world = {
			clock,
			network,
			model,
			schedule: new Schedule(clock),
			activity: this.#activity,
			random: this.#random,
			timing: this.#timing,
			radio: this.radio,
		};
		this.#session = new Session({
			world,
			uart: this.#uart,
			power: this.#power,
			memory: this.#memory,
			card: this.card,
			supply: this.supply,
			calendar: this.#calendar,
			imei: this.#options.imei ?? DEFAULT_IMEI,
			restart: () => this.#restart(),
		});
		this.#session.start(kind);
	}

	/** AT+CFUN=1,1: as a power cycle, without the pins. */
	#restart(): void {
		this.#stop();
		const endActivity = this.#activity.begin();
		this.#schedule.after(this.#timing.restartMs, () => {
			endActivity();
			if (1 !== this.#power.status) return;
			this.#uart.start(this.#memory.baud);
			this.#start("restart");
		});
	}

	/** In a log-off nobody listens. */
	#receive(bytes: Uint8Array): void {
		if ("on" === this.#power.state) this.#session?.receive(bytes);
	}

	#stop(): void {
		this.#session?.close();
		this.#session = undefined;
		this.#uart.stop();
	}
}
