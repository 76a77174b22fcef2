/* What is imported as "host" in the simulator: a module of that name can't import relatively, so the full name it is. */
export { createBoard, createHost } from "hosts/simulator/simulator";
