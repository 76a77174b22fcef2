/* What main.ts imports as "host" in the simulator: a module of that name can't import relatively, so the full name it is. */
export { createHost } from "hosts/simulator/simulator";
