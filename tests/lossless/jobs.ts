/* Seeds over as many processes as are wanted, each taking the next when it is done with one. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./transfer.js";
import type { Order } from "./worker.js";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

export function runAll(orders: readonly Order[], jobs: number, onOutcome: (outcome: Outcome) => void): Promise<void> {
	return new Promise((resolve, reject) => {
		const workers: ChildProcess[] = [];
		let next = 0;
		let left = orders.length;
		const give = (worker: ChildProcess) => {
			const order = orders[next++];
			if (order) worker.send(order);
			else worker.disconnect();
		};
		for (let job = 0; job < Math.min(jobs, orders.length); job++) {
			const worker = fork(WORKER, { execArgv: ["--import", "tsx"] });
			workers.push(worker);
			worker.on("message", (outcome: Outcome) => {
				onOutcome(outcome);
				if (0 === --left) resolve();
				give(worker);
			});
			worker.on("exit", code => {
				if (0 === code || 0 === left) return;
				for (const other of workers) other.kill();
				reject(new Error(`a process has ended with code ${code}`));
			});
			give(worker);
		}
	});
}
