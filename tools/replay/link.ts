/* What is known of the modem's settings and connections: it decides whose an unknown line may be. */
import type { Urc } from "../../modules/at/urc.js";

export class LinkState {
	/** After CONNECT in transparent mode: all that comes is data. */
	transparent = false;
	#several = false;
	#headers = false;
	#onRequest = false;
	#connected = false;
	#transparentAsked = false;
	/** The modem has said something, and no word of farewell since. */
	#running = false;
	#restartAsked = false;

	/** Data comes with nothing before it: single connection, CIPHEAD=0, CIPRXGET=0. */
	get pushesWithoutHeader(): boolean {
		return this.#connected && !this.#several && !this.#headers && !this.#onRequest;
	}

	/** A command has been done. */
	onDone(line: string): void {
		this.#running = true;
		const [, name, value] = /^at\+(\w+)(?:=(\d))?/i.exec(line) ?? [];
		switch (name?.toUpperCase()) {
			case "CIPMUX":
				this.#several = "1" === value;
				break;
			case "CIPHEAD":
				this.#headers = "1" === value;
				break;
			case "CIPRXGET":
				if ("1" === value || "0" === value) this.#onRequest = "1" === value;
				break;
			case "CIPMODE":
				this.#transparentAsked = "1" === value;
				break;
			case "CIPCLOSE":
			case "CIPSHUT":
				this.#connected = false;
				break;
			case "CFUN":
			case "CPOWD":
				this.#restartAsked = true;
		}
	}

	/** Returns true for a start that nothing has announced. */
	onUrc(result: Urc): boolean {
		switch (result.kind) {
			case "result":
				if (undefined !== result.slot) this.#several = true;
				if ("CONNECT" === result.result) this.transparent = this.#transparentAsked;
				if (result.result.endsWith("CONNECT") || "CONNECT OK" === result.result) this.#connected = true;
				break;
			case "closed":
			case "bearer-lost":
				this.#connected = false;
				this.transparent = false;
				break;
			case "power-down":
				this.#reset();
				this.#running = false;
				break;
			case "started": {
				const surprising = this.#running && !this.#restartAsked;
				this.#reset();
				this.#running = true;
				return surprising;
			}
			default:
				this.#running = true;
		}
		return false;
	}

	#reset(): void {
		this.#connected = false;
		this.transparent = false;
		this.#several = false;
		this.#headers = false;
		this.#onRequest = false;
		this.#restartAsked = false;
	}
}
