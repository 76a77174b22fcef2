/* The models there are. */
import type { Model } from "../options.js";
import { A7670 } from "./a7670/model.js";
import { BG96 } from "./bg96/model.js";
import { EC2X } from "./ec2x/model.js";
import type { ModelSpec } from "./model.js";
import { SIM800 } from "./sim800/model.js";
import { SIM900 } from "./sim900/model.js";
import { SIM7600 } from "./sim7600/model.js";

export const MODELS: Readonly<Record<Model, ModelSpec>> = {
	sim900: SIM900,
	sim800: SIM800,
	sim7600: SIM7600,
	a7670: A7670,
	bg96: BG96,
	ec2x: EC2X,
};
