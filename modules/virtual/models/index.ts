/* The models there are. */
import type { Model } from "../options.js";
import type { ModelSpec } from "./model.js";
import { SIM800 } from "./sim800/model.js";
import { SIM900 } from "./sim900/model.js";

export const MODELS: Readonly<Record<Model, ModelSpec>> = { sim900: SIM900, sim800: SIM800 };
