/* A real serial device of the computer, from the simulator on macOS and Windows: the SDK's own class, `{ device, baud }`. */
import Class from "embedded:io/serial";
import type { SerialDescription } from "../../../../modules/core/io.js";

export const Serial = Class as unknown as SerialDescription["io"]; // its typings are those of a microcontroller

/** What the driver of the computer holds at least. */
export const RECEIVE_BUFFER_BYTES = 1024;
