/* The whole firmware on a virtual modem and an Internet in memory, on a clock moved by hand. */

import type { Settings } from "../../hosts/host.js";
import { HandClock } from "../../hosts/node/clock.js";
import type { UplinkEvent } from "../../modules/delivery/events.js";
import { ConnectionLoop, type LoopOptions } from "../../modules/delivery/loop.js";
import type { ModemEvent } from "../../modules/modem/events.js";
import { Modem, type ModemOptions } from "../../modules/modem/modem.js";
import { VirtualBoard, type VirtualBoardOptions } from "../../modules/virtual/board.js";
import { FakeNetwork } from "../virtual/network.js";

export interface WorldOptions {
	readonly board?: Partial<VirtualBoardOptions>;
	readonly modem?: Partial<ModemOptions>;
	/** Default: both wired. */
	readonly wired?: { readonly powerKey?: boolean; readonly status?: boolean };
}

export class World {
	readonly clock = new HandClock();
	readonly network = new FakeNetwork(this.clock);
	readonly board: VirtualBoard;
	readonly modem: Modem;
	readonly events: (ModemEvent | UplinkEvent)[] = [];
	/** AT lines in both directions. */
	readonly trace: string[] = [];

	constructor({ board, modem, wired }: WorldOptions = {}) {
		this.board = new VirtualBoard({ clock: this.clock, network: this.network, ...board });
		this.modem = new Modem({
			clock: this.clock,
			serial: this.board.serial,
			powerKey: false === wired?.powerKey ? undefined : this.board.powerKey,
			status: false === wired?.status ? undefined : this.board.status,
			apn: "internet",
			onEvent: event => this.events.push(event),
			onTrace: (direction, line) => this.trace.push(`${direction} ${line}`),
			...modem,
		});
	}

	loop(options: Partial<LoopOptions> & Pick<Settings, "destinations">): ConnectionLoop {
		return new ConnectionLoop({
			clock: this.clock,
			link: this.modem,
			mode: "single",
			message: "message {cycle}",
			cycles: 3,
			intervalMs: 1_000,
			answerTimeoutMs: 10_000,
			onEvent: event => this.events.push(event),
			...options,
		});
	}

	/** The events of one kind. */
	of<K extends (ModemEvent | UplinkEvent)["kind"]>(kind: K): Extract<ModemEvent | UplinkEvent, { kind: K }>[] {
		return this.events.filter(event => kind === event.kind) as Extract<ModemEvent | UplinkEvent, { kind: K }>[];
	}

	/** The commands that were sent, by name. */
	get sent(): string[] {
		return this.trace.filter(line => line.startsWith("> ")).map(line => line.slice(2));
	}

	close(): void {
		this.modem.close();
		this.board.close();
	}
}
