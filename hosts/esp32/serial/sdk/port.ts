/* The SDK's own class instead: smaller, without flow control; SDK 8.2.3's knows UART 0 and 1 only. */
import Class from "embedded:io/serial";
import type { SerialDescription } from "../../../../modules/core/io.js";

export const Serial = Class as unknown as SerialDescription["io"]; // its typings demand pins; the host gives them

/** The hardware FIFO is all that there is between the wire and JavaScript. */
export const RECEIVE_BUFFER_BYTES = 128;
