/* What all parts of the modem stand on while it is on: time, chance, its model and the Internet behind the radio. */
import type { Clock } from "../core/clock.js";
import type { Random } from "../core/random.js";
import type { ActivityScope } from "./activity.js";
import type { Injector } from "./faults/injector.js";
import type { ModelSpec, TcpRules } from "./models/model.js";
import type { Quirks } from "./models/quirks.js";
import type { Network } from "./network.js";
import type { Timing } from "./power/timing.js";
import type { Radio } from "./radio/radio.js";
import type { Schedule } from "./schedule.js";

export interface World {
	readonly clock: Clock;
	/** Ends with the power. */
	readonly schedule: Schedule;
	/** Ends with the power, too. */
	readonly activity: ActivityScope;
	readonly random: Random;
	readonly timing: Timing;
	readonly tcp: TcpRules;
	readonly quirks: Quirks;
	readonly model: ModelSpec;
	readonly network: Network;
	readonly radio: Radio;
	readonly faults: Injector;
}
