/* LTE models on a table: brought up, online, connected, in the words of their family. */
import type { Model } from "../../modules/virtual/options.js";
import { Bench, type BenchOptions } from "./bench.js";
import type { FakeServer } from "./network.js";

export const OK = "\r\nOK\r\n";
export const ERROR = "\r\nERROR\r\n";
export const line = (text: string) => `\r\n${text}\r\n`;

/** On, echo off, errors by number. */
class LteBench extends Bench {
	/** What it connects to: answers with what it gets. */
	server: FakeServer = this.network.server("10.0.0.1:80", data => data);

	at(command: string, ms = 300): Promise<string> {
		return this.exchange(`${command}\r`, ms);
	}

	/** A command with a prompt, and the data behind it. */
	async sendData(command: string, data: string, ms = 300): Promise<string> {
		return (await this.at(command)) + (await this.exchange(data, ms));
	}

	/** @throws what came instead */
	async expect(command: string, answer: string): Promise<void> {
		const heard = await this.at(command, 1000);
		if (heard !== answer) throw new Error(`${command}: ${JSON.stringify(heard)}`);
	}
}

export class NetopenBench extends LteBench {
	static async started(model: Model, options: BenchOptions = {}): Promise<NetopenBench> {
		const bench = new NetopenBench({ model, ...options });
		await bench.commands("ATE0+CMEE=1");
		if ("a7670" === model) await bench.commands('AT+CIPCFG="DATAECHO",OFF');
		return bench;
	}

	static async online(model: Model, options: BenchOptions = {}, ...before: string[]): Promise<NetopenBench> {
		const bench = await NetopenBench.started(model, options);
		await bench.commands('AT+CGDCONT=1,"IP","internet"', ...before);
		await bench.expect("AT+NETOPEN", `${OK}${line("+NETOPEN: 0")}`);
		return bench;
	}

	/** Link 3, whose data waits to be asked for. */
	static async connected(model: Model, options: BenchOptions = {}, ...before: string[]): Promise<NetopenBench> {
		const bench = await NetopenBench.online(model, options, "AT+CIPRXGET=1", ...before);
		await bench.expect('AT+CIPOPEN=3,"TCP","10.0.0.1",80', `${OK}${line("+CIPOPEN: 3,0")}`);
		return bench;
	}
}

export class QiopenBench extends LteBench {
	/** URCs on this port. */
	static async started(model: Model, options: BenchOptions = {}): Promise<QiopenBench> {
		const bench = new QiopenBench({ model, ...options });
		await bench.commands("ATE0+CMEE=1", 'AT+QURCCFG="urcport","uart1"');
		return bench;
	}

	static async online(model: Model, options: BenchOptions = {}): Promise<QiopenBench> {
		const bench = await QiopenBench.started(model, options);
		await bench.commands('AT+QICSGP=1,1,"internet","","",0', "AT+QIACT=1");
		return bench;
	}

	/** Socket 3; `mode` 1: its data is pushed. */
	static async connected(model: Model, options: BenchOptions = {}, mode = 0): Promise<QiopenBench> {
		const bench = await QiopenBench.online(model, options);
		await bench.expect(`AT+QIOPEN=1,3,"TCP","10.0.0.1",80,0,${mode}`, `${OK}${line("+QIOPEN: 3,0")}`);
		return bench;
	}
}
