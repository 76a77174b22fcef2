/* A serial port that is not perfect: opening it or writing to it throws, or it forgets to say that it has room again. */
import type { Serial, SerialCallbacks, SerialDescription } from "../../modules/core/io.js";

type Options = SerialCallbacks & { baud: number };

export class FlakyPort {
	/** So many of the next times. */
	failsToOpen = 0;
	failsToWrite = 0;
	losesWritable = 0;
	readonly serial: SerialDescription;

	constructor(serial: SerialDescription) {
		const flaky = this;
		const { io: Port } = serial;
		class Flaky implements Serial {
			readonly #port: Serial;

			constructor(options: Options) {
				if (flaky.failsToOpen > 0) {
					flaky.failsToOpen--;
					throw new Error("the port can't be opened");
				}
				this.#port = new Port({ ...options, onWritable: bytes => flaky.#onWritable(options, bytes) });
			}
			read(): ArrayBuffer | undefined {
				return this.#port.read();
			}
			write(bytes: ArrayBuffer): void {
				if (flaky.failsToWrite > 0) {
					flaky.failsToWrite--;
					throw new Error("the port can't be written to");
				}
				this.#port.write(bytes);
			}
			close(): void {
				this.#port.close();
			}
		}
		this.serial = { ...serial, io: Flaky };
	}

	heal(): void {
		this.failsToOpen = 0;
		this.failsToWrite = 0;
		this.losesWritable = 0;
	}

	#onWritable(options: Options, bytes: number): void {
		if (this.losesWritable > 0) this.losesWritable--;
		else options.onWritable(bytes);
	}
}
