/* `embedded:io/digital` of a user's program: its output is the modem's power key, its input STATUS, whatever pins it names. */
import type { DigitalConstructor, Digital as Pin } from "../../../modules/core/io.js";
import { KeyPin, StatusPin } from "../io.js";

type Options = ConstructorParameters<DigitalConstructor>[0];

export default class Digital implements Pin {
	static readonly Input = KeyPin.Input;
	static readonly Output = KeyPin.Output;
	static readonly OutputOpenDrain = 9;
	static readonly Rising = KeyPin.Rising;
	static readonly Falling = KeyPin.Falling;
	readonly #pin: Pin;

	constructor(options: Options) {
		this.#pin = options.mode >= Digital.Output ? new KeyPin() : new StatusPin(options);
	}

	read(): number {
		return this.#pin.read();
	}

	write(level: number): void {
		this.#pin.write(level);
	}

	close(): void {
		this.#pin.close();
	}
}
