/* The serial port that hosts/esp32/serial/manifest.json chooses: a ring of any size, flow control, each UART. */
import type { SerialDescription } from "../../../modules/core/io.js";
import Class from "../../serial/serial.js";

export const Serial = Class as unknown as SerialDescription["io"]; // its own typings have more forms of read and write

/** Unless the host is told otherwise. */
export const RECEIVE_BUFFER_BYTES = 4096;
