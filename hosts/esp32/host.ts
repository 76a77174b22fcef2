/* What is imported as "host" on an ESP32: a module of that name can't import relatively, so the full name it is. */
export { createBoard, createHost } from "hosts/esp32/esp32";
