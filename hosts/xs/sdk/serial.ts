/* `embedded:io/serial` of a user's program: the serial port of the run, whatever pins it names. */
export { CarriedSerial as default } from "../io.js";
