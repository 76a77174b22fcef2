/* The two pins between microcontroller and modem as ECMA-419 Digital classes: the power key (out) and STATUS (in). */
import type { Clock, TimerId } from "../../core/clock.js";
import type { Digital, DigitalConstructor } from "../../core/io.js";

const INPUT = 0;
const OUTPUT = 8;
const RISING = 1;
const FALLING = 2;

type PinOptions = ConstructorParameters<DigitalConstructor>[0];

/** A line that one end drives and others look at. */
export class PinLine {
	readonly #watchers = new Set<(level: 0 | 1) => void>();
	#level: 0 | 1;

	constructor(level: 0 | 1) {
		this.#level = level;
	}

	get level(): 0 | 1 {
		return this.#level;
	}

	set level(level: 0 | 1) {
		if (level === this.#level) return;
		this.#level = level;
		for (const watcher of [...this.#watchers]) watcher(level);
	}

	/** Returns how to end it. */
	watch(watcher: (level: 0 | 1) => void): () => void {
		this.#watchers.add(watcher);
		return () => this.#watchers.delete(watcher);
	}
}

/**
 * The class of the pin at the power key. `inverting`: a transistor in between presses the key (PWRKEY low) while the pin
 * is high, as on all shields; otherwise the pin is PWRKEY itself. A pin that is not driven leaves the key alone.
 */
export function powerKeyPin(press: (level: 0 | 1) => void, inverting = true): DigitalConstructor {
	return class PowerKeyPin implements Digital {
		static readonly Input = INPUT;
		static readonly Output = OUTPUT;
		static readonly Rising = RISING;
		static readonly Falling = FALLING;
		#level = inverting ? 0 : 1;
		#open = true;

		constructor({ mode }: PinOptions) {
			if (OUTPUT !== mode) throw new RangeError("the power key wants an output");
		}

		read(): number {
			return this.#level;
		}

		write(level: number): void {
			if (!this.#open) throw new Error("pin is closed");
			this.#level = level ? 1 : 0;
			press((1 === this.#level) === inverting ? 0 : 1);
		}

		close(): void {
			if (!this.#open) return;
			this.#open = false;
			press(1);
		}
	};
}

/** The class of the pin at STATUS: `onReadable` comes, a little later, for each edge that was asked for. */
export function statusPin(clock: Clock, line: PinLine): DigitalConstructor {
	return class StatusPin implements Digital {
		static readonly Input = INPUT;
		static readonly Output = OUTPUT;
		static readonly Rising = RISING;
		static readonly Falling = FALLING;
		readonly #unwatch: () => void;
		readonly #timers = new Set<TimerId>();

		constructor({ mode, edge = 0, onReadable }: PinOptions) {
			if (OUTPUT === mode) throw new RangeError("STATUS wants an input");
			this.#unwatch = line.watch(level => {
				if (0 !== (edge & (1 === level ? RISING : FALLING)) && onReadable) this.#later(() => onReadable.call(this));
			});
		}

		read(): number {
			return line.level;
		}

		write(): void {
			throw new Error("STATUS is an input");
		}

		close(): void {
			this.#unwatch();
			for (const timer of this.#timers) clock.clearTimer(timer);
			this.#timers.clear();
		}

		#later(callback: () => void): void {
			const timer = clock.setTimer(() => {
				this.#timers.delete(timer);
				callback();
			}, 0);
			this.#timers.add(timer);
		}
	};
}
