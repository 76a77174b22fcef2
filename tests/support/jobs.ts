/* Work over as many processes as are wanted, each taking the next order when it is done with one. */
import { type ChildProcess, fork } from "node:child_process";

/** A process that has not answered for so long hangs. */
const HANGS_AFTER_MS = 300_000;

/** `worker`: a module that answers each message, an order, with one, its outcome, and exits when it is disconnected. */
export function runAll<Order, Outcome>(
	worker: URL,
	orders: readonly Order[],
	jobs: number,
	onOutcome: (outcome: Outcome) => void,
): Promise<void> {
	return new Promise((resolve, reject) => {
		const workers: ChildProcess[] = [];
		const watches = new Map<ChildProcess, NodeJS.Timeout>();
		let next = 0;
		let left = orders.length;
		const fail = (reason: string) => {
			for (const other of workers) other.kill();
			for (const watch of watches.values()) clearTimeout(watch);
			reject(new Error(reason));
		};
		const give = (process: ChildProcess) => {
			clearTimeout(watches.get(process));
			const order = orders[next++];
			if (undefined === order) return process.disconnect();
			process.send(order as object);
			watches.set(
				process,
				setTimeout(() => fail(`does not end: ${JSON.stringify(order).slice(0, 200)}`), HANGS_AFTER_MS),
			);
		};
		if (0 === left) resolve();
		for (let job = 0; job < Math.min(jobs, orders.length); job++) {
			const process = fork(worker, { execArgv: ["--import", "tsx"] });
			workers.push(process);
			process.on("message", outcome => {
				onOutcome(outcome as Outcome);
				if (0 === --left) resolve();
				give(process);
			});
			process.on("exit", code => {
				if (0 !== code && left > 0) fail(`a process has ended with code ${code}`);
			});
			give(process);
		}
	});
}

/** In such a process: answers each order by what `work` makes of it. */
export function serve<Order, Outcome>(work: (order: Order) => Promise<Outcome>): void {
	process.on("message", async order => process.send!((await work(order as Order)) as object));
	process.on("disconnect", () => process.exit()); // nobody waits for what it works on
}
