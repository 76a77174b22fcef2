/*
 * A modem in software: it speaks bytes, keeps time and answers by its state.
 *
 * Written from the vendor's manuals and logs of real modems; knows nothing of any driver. This class holds what outlives
 * power (the key, the wire, the SIM card, the flash, the radio network around); what runs is a Session.
 */
import { type Clock, elapsedMs } from "../core/clock.js";
import { Random } from "../core/random.js";
import { Activity } from "./activity.js";
import { factoryMemory, type Memory } from "./at/profile.js";
import { FaultyNetwork } from "./faults/faulty-network.js";
import { type FaultyModem, Injector } from "./faults/injector.js";
import type { FaultSetup } from "./faults.js";
import { Trace } from "./line/trace.js";
import { Uart } from "./line/uart.js";
import { MODELS } from "./models/index.js";
import type { ModelSpec } from "./models/model.js";
import { type Quirks, quirksOf } from "./models/quirks.js";
import type { Network } from "./network.js";
import type { VirtualModemOptions } from "./options.js";
import { Power } from "./power/power.js";
import { Supply } from "./power/supply.js";
import type { Timing } from "./power/timing.js";
import { Calendar } from "./radio/calendar.js";
import { Radio } from "./radio/radio.js";
import { SimCard } from "./radio/sim.js";
import { Schedule } from "./schedule.js";
import { Session } from "./session.js";

export type { Model, RadioOptions, SimOptions, Timing, VirtualModemOptions } from "./options.js";

/** The faults' own chances: what else is random goes as it would without them. */
const FAULT_SEED = 0x5eed_fa17;
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
	readonly #model: ModelSpec;
	readonly #base: { readonly clock: Clock; readonly schedule: Schedule; readonly activity: Activity };
	readonly #timing: Timing;
	readonly #quirks: Quirks;
	readonly #memory: Memory;
	readonly #random: Random;
	readonly #faults: Injector;
	readonly #network: Network;
	readonly #trace: Trace | undefined;
	readonly #uart: Uart;
	readonly #power: Power;
	readonly #calendar: Calendar;
	#dtrHighMs: number | undefined;
	#session: Session | undefined;

	constructor(options: VirtualModemOptions) {
		const { clock, faults = [], onTrace } = options;
		this.#model = MODELS[options.model ?? "sim900"];
		const { sim, radio, timing } = prepared(options);
		this.#options = options;
		this.#base = { clock, schedule: new Schedule(clock), activity: new Activity(clock) };
		this.#timing = { ...this.#model.timing, ...timing };
		this.#quirks = quirksOf(this.#model.quirks, options.quirks);
		this.#memory = factoryMemory(options.baud ?? DEFAULT_BAUD);
		this.#random = new Random(options.seed ?? 1);
		this.#faults = new Injector(new Random((options.seed ?? 1) ^ FAULT_SEED), this.#base.schedule);
		this.#network = 0 === faults.length ? options.network : new FaultyNetwork(options.network, this.#faults, this.#base.schedule);
		this.#trace = onTrace && new Trace(clock, onTrace);
		this.radio = new Radio(clock, { ...this.#model.radio, ...radio });
		this.card = new SimCard(sim, this.#model.firstMessage);
		this.#uart = this.#createUart();
		this.#power = this.#createPower();
		this.supply = new Supply({
			power: this.#power,
			urc: text => {
				if (this.#model.warnsOfSupply) this.#session?.urc(text);
			},
		});
		this.#calendar = new Calendar(clock);
		this.#faults.modem = this.#faultyModem();
		for (const fault of faults) fault.arm(this.#faults);
		if (!options.on) return;
		this.#uart.listen(this.#memory.baud);
		this.#start("running");
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
		const { clock } = this.#options;
		if (1 === level) this.#dtrHighMs ??= clock.nowMs();
		else {
			const highMs = undefined === this.#dtrHighMs ? 0 : elapsedMs(this.#dtrHighMs, clock.nowMs());
			this.#dtrHighMs = undefined;
			if (highMs >= RESYNC_MS && this.#model.port.resyncs && 0 === this.#memory.baud && "on" === this.#power.state)
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
		return this.#base.activity.ms;
	}

	/** Leaves no timer, socket or callback behind. */
	close(): void {
		this.#trace?.end();
		this.#stop();
		this.#power.close();
		this.#uart.close();
		this.#base.schedule.close();
	}

	#createUart(): Uart {
		return new Uart({
			...this.#base,
			faults: this.#faults,
			trace: this.#trace,
			transmit: bytes => this.#options.transmit(bytes),
			onReceive: bytes => this.#receive(bytes),
		});
	}

	#createPower(): Power {
		const options = {
			...this.#base,
			timing: this.#timing,
			rules: this.#model.key,
			onToolSync: () => this.#listen(),
			onStart: () => this.#start("cold"),
			onFarewell: (words: boolean) => this.#session?.farewell(words),
			onStop: () => this.#stop(),
			onStatus: (level: 0 | 1) => this.#options.onStatus?.(level),
		};
		return new Power(options, true === this.#options.on);
	}

	#faultyModem(): FaultyModem {
		return {
			dip: restarts => this.supply.dip(restarts),
			loseContext: () => this.#session?.packetData.lose(),
			cover: covered => {
				this.radio.covered = covered;
			},
			insertSim: inserted => this.insertSim(inserted),
			setSupply: mv => {
				this.supply.mv = mv;
			},
		};
	}

	#start(kind: "cold" | "restart" | "running"): void {
		const world = {
			...this.#base,
			schedule: new Schedule(this.#base.clock),
			activity: this.#base.activity.scope(),
			network: this.#network,
			model: this.#model,
			random: this.#random,
			timing: this.#timing,
			tcp: { ...this.#model.tcp, ...this.#options.tcp },
			quirks: this.#quirks,
			radio: this.radio,
			faults: this.#faults,
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
		const endActivity = this.#base.activity.begin();
		this.#base.schedule.after(this.#timing.restartMs, () => {
			endActivity();
			if (!this.#power.running) return;
			this.#listen();
			this.#start("restart");
		});
	}

	#listen(): void {
		if (this.#model.port.toolSync) this.#uart.start(this.#memory.baud);
		else this.#uart.listen(this.#memory.baud);
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

/** SIM, radio and times as they are with what is wrong from the start. */
function prepared({ sim, radio, timing, faults = [] }: VirtualModemOptions): FaultSetup {
	const setup = { sim: { ...sim }, radio: { ...radio }, timing: { ...timing } };
	for (const fault of faults) fault.prepare(setup);
	return setup;
}
