/*
 * The modem from power on to power off: everything in it that a power cut takes away.
 *
 * The parts know each other through it; the card, the flash and the radio network outlive it (modem.ts).
 */
import { Framing } from "./at/framing.js";
import { Interpreter } from "./at/interpreter.js";
import { copyProfile, factoryProfile, type Memory, type Profile } from "./at/profile.js";
import { bytesOf } from "./bytes.js";
import { openDefaultContext } from "./commands/network.js";
import type { IpStack } from "./ip/stack.js";
import type { Uart } from "./line/uart.js";
import { Boot, type BootKind } from "./power/boot.js";
import type { Power } from "./power/power.js";
import { Sleep } from "./power/sleep.js";
import type { Supply } from "./power/supply.js";
import { Air } from "./radio/air.js";
import type { Calendar } from "./radio/calendar.js";
import { PacketData } from "./radio/packet-data.js";
import { Registration, STAT } from "./radio/registration.js";
import { Sim, type SimCard } from "./radio/sim.js";
import { Calls } from "./services/calls.js";
import { Messages } from "./services/messages.js";
import type { World } from "./world.js";

const XON = 0x11;
const XOFF = 0x13;

export interface SessionOptions {
	world: World;
	uart: Uart;
	power: Power;
	memory: Memory;
	card: SimCard;
	supply: Supply;
	/** The modem's own clock. */
	calendar: Calendar;
	imei: string;
	/** AT+CFUN=1,1: this session ends, and another begins. */
	restart(): void;
}

export class Session {
	readonly world: World;
	readonly uart: Uart;
	readonly power: Power;
	readonly memory: Memory;
	readonly profile: Profile = factoryProfile();
	readonly framing: Framing;
	readonly sim: Sim;
	readonly registration: Registration;
	readonly packetData: PacketData;
	readonly air: Air;
	readonly ip: IpStack;
	readonly interpreter: Interpreter;
	readonly boot: Boot;
	readonly supply: Supply;
	readonly calendar: Calendar;
	readonly sleep: Sleep;
	readonly imei: string;
	readonly messages: Messages;
	readonly calls: Calls;
	/** AT+CSMINS=1: the card's coming and going is told. */
	simReports = 0;
	/** AT+CGEREP: what happens to contexts is told. */
	eventReports = 1;
	/** AT+CUSD. */
	ussdReports = 0;
	/** AT+CNTP. */
	timeServer = { host: "pool.ntp.org", zoneQuarters: 0 };
	readonly restart: () => void;
	#held = false; // by RTS
	/** AT+CFUN: 0 minimum, 1 full, 4 radio off. */
	functionality: number;
	/** AT+IPR as it was last given. */
	rate: number;

	constructor(options: SessionOptions) {
		this.world = options.world;
		this.uart = options.uart;
		this.power = options.power;
		this.memory = options.memory;
		this.supply = options.supply;
		this.calendar = options.calendar;
		this.imei = options.imei;
		this.sleep = new Sleep(this.world);
		this.restart = () => options.restart();
		copyProfile(this.memory.profile, this.profile);
		this.functionality = this.memory.functionality;
		this.rate = this.memory.baud;
		this.framing = new Framing(this.profile, bytes => this.#say(bytes));
		this.boot = new Boot(this);
		this.sim = new Sim(
			this.world,
			options.card,
			state => this.boot.simChanged(state),
			inserted => this.#simInserted(inserted),
		);
		this.registration = new Registration(this.world, {
			onRegistration: stat => this.#report("+CREG", this.memory.registrationReports, stat),
			onGprs: stat => this.#gprsChanged(stat),
			onAttached: anew => {
				if (this.#lte) openDefaultContext(this, anew);
			},
			onDetached: () => this.packetData.lose(),
			onRegistered: () => this.#registered(),
		});
		this.packetData = new PacketData(this.world, this.registration);
		this.air = new Air(this.world);
		this.messages = new Messages(this);
		this.calls = new Calls(this);
		this.ip = this.world.model.createIp(this);
		this.interpreter = new Interpreter(this);
	}

	start(kind: BootKind): void {
		this.world.faults.moment("started");
		this.boot.start(kind);
	}

	/** Bytes that have arrived while the modem is on. */
	receive(bytes: Uint8Array): void {
		if (this.boot.hears && this.sleep.hears())
			this.interpreter.receive(1 === this.profile.hostFlow ? this.#obeyed(bytes) : bytes);
	}

	/** The DTR pin: 1 not ready. */
	dataTerminalReady(level: 0 | 1): void {
		this.sleep.line = 1 === level;
		if (1 === level && 1 === this.profile.dataTerminalReady) this.ip.escape?.();
	}

	/** The RTS pin: 1 stop. */
	requestToSend(level: 0 | 1): void {
		this.#held = 1 === level;
		if (2 === this.profile.hostFlow) this.obeyFlow();
	}

	/** AT+IFC may have changed. */
	obeyFlow(): void {
		this.uart.hold(2 === this.profile.hostFlow && this.#held);
	}

	/** Says something that nobody asked for. */
	urc(text: string): void {
		if (!this.ip.hold?.(text)) this.framing.info(text);
	}

	/** Power is about to go; `words`: as asked for, not in an emergency. */
	farewell(words: boolean): void {
		if (!words) return;
		const { farewell, functionality } = this.world.model;
		if (!functionality.restartSays) this.packetData.lose();
		if (false === this.world.quirks.farewellLineEnd) this.framing.raw(bytesOf(`\r\n${farewell}`));
		else if (undefined !== farewell) this.urc(farewell);
		if (functionality.restartSays) this.packetData.lose();
	}

	/** `stat` of AT+CREG or AT+CGREG, with the cell when that is asked for and known. */
	registrationText(reports: number, stat: number): string {
		const { areaCode, cell } = this.world.radio;
		const { technology } = this.world.model.network;
		if (2 !== reports || (1 !== stat && 5 !== stat)) return `${stat}`;
		return `${stat},"${areaCode}","${cell}"${undefined === technology ? "" : `,${technology}`}`;
	}

	/** Power is gone: nothing of this session is heard of again. */
	close(): void {
		this.world.schedule.close();
		this.messages.close();
		this.registration.close();
		this.ip.close();
		this.air.close();
		this.world.activity.close();
	}

	/** A line that a fault puts in comes before, never within. */
	#say(bytes: Uint8Array): void {
		const { faults } = this.world;
		for (const line of faults.linesBefore(bytes.length)) this.uart.send(bytesOf(`\r\n${line}\r\n`));
		if (!faults.silent) this.uart.send(bytes);
	}

	get #lte(): boolean {
		return undefined !== this.world.model.network.technology;
	}

	/** AT+CGREG's status, which does not follow AT+CEREG's in every firmware. */
	get gprsStat(): number {
		const { gprsStat, registered } = this.registration;
		return registered && false === this.world.quirks.cgregFollows ? STAT.unknown : gprsStat;
	}

	#gprsChanged(stat: number): void {
		this.#report("+CGREG", this.memory.gprsReports, this.gprsStat);
		if (this.#lte) this.#report("+CEREG", this.memory.epsReports, stat);
	}

	#simInserted(inserted: boolean): void {
		if (1 === this.simReports) this.urc(`+CSMINS: 1,${inserted ? 1 : 0}`);
	}

	#registered(): void {
		this.world.faults.moment("registered");
		if (1 === this.memory.networkTime) this.world.schedule.after(this.world.timing.networkTimeMs, () => this.#tellTime());
		this.messages.listen();
	}

	#tellTime(): void {
		const { radio, model } = this.world;
		this.calendar.set(radio.calendar.utcMs, radio.calendar.zoneQuarters);
		for (const line of model.timeLines(radio)) this.urc(line);
	}

	/** XON and XOFF are obeyed, the rest is data. */
	#obeyed(bytes: Uint8Array): Uint8Array {
		for (const byte of bytes) {
			if (XON === byte || XOFF === byte) this.uart.hold(XOFF === byte);
		}
		return bytes.filter(byte => XON !== byte && XOFF !== byte);
	}

	#report(name: string, reports: number, stat: number): void {
		if (reports > 0) this.urc(`${name}: ${this.registrationText(reports, stat)}`);
	}
}
