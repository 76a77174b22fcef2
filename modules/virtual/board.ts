/*
 * A virtual modem soldered to a microcontroller: its wire at a UART, its power key and STATUS at pins.
 *
 * `serial`, `powerKey` and `status` are what a driver is given in place of the real ones.
 */
import type { Clock } from "../core/clock.js";
import type { DigitalDescription, SerialDescription } from "../core/io.js";
import { PinLine, powerKeyPin, statusPin } from "./line/digital.js";
import { VirtualUart } from "./line/serial.js";
import { VirtualModem } from "./modem.js";
import type { VirtualModemOptions } from "./options.js";

export interface VirtualBoardOptions extends Omit<VirtualModemOptions, "transmit" | "onStatus" | "onTrace"> {
	clock: Clock;
	/** The modem's own trace; a driver may have another. */
	onModemTrace?: VirtualModemOptions["onTrace"];
	/** The rate that the microcontroller uses, default 115200. */
	hostBaud?: number;
	/** Bytes that the microcontroller's UART holds while JavaScript is away, default 128. */
	receiveBuffer?: number;
	/** RTS is wired: with AT+IFC=2,2 nothing is lost while the buffer is full. Default false. */
	flowControl?: boolean;
	/** Default true: a transistor between pin and power key. */
	invertedKey?: boolean;
}

const DEFAULT_BAUD = 115_200;
const FIFO_BYTES = 128;

export class VirtualBoard {
	readonly modem: VirtualModem;
	readonly uart: VirtualUart;
	readonly serial: SerialDescription;
	readonly powerKey: DigitalDescription & { readonly pressed: 0 | 1 };
	readonly status: DigitalDescription & { readonly on: 0 | 1 };

	constructor(options: VirtualBoardOptions) {
		const { clock, receiveBuffer = FIFO_BYTES, flowControl = false, invertedKey = true, hostBaud = DEFAULT_BAUD } = options;
		const line = new PinLine(options.on ? 1 : 0);
		this.modem = new VirtualModem({
			...options,
			...(options.onModemTrace && { onTrace: options.onModemTrace }),
			transmit: bytes => this.uart.receive(bytes),
			onStatus: level => {
				line.level = level;
			},
		});
		this.uart = new VirtualUart({ clock, modem: this.modem, receiveBuffer, flowControl });
		this.serial = { io: this.uart.io, baud: hostBaud, receiveBuffer };
		const key = powerKeyPin(level => this.modem.powerKey(level), invertedKey);
		this.powerKey = { io: key, pin: 4, pressed: invertedKey ? 1 : 0 };
		this.status = { io: statusPin(clock, line), pin: 5, on: 1 };
	}

	close(): void {
		this.modem.close();
	}
}
