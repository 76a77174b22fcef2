/* A real serial device of the computer, from the simulator on Linux: the class that an ESP32 has, `{ device, baud }`. */
import type { SerialDescription } from "../../../modules/core/io.js";
import Class from "../../serial/serial.js";

export const Serial = Class as unknown as SerialDescription["io"]; // its own typings have more forms of read and write

export const RECEIVE_BUFFER_BYTES = 4096;
