/* What chai expects of its engine and XS does not have: chai announces its plug-ins as events, to nobody here. */

class NoEvent {
	readonly type: string;

	constructor(type: string) {
		this.type = type;
	}
}

class NoEventTarget {
	addEventListener(): void {}
	removeEventListener(): void {}
	dispatchEvent(): boolean {
		return true;
	}
}

Object.assign(globalThis, { Event: NoEvent, EventTarget: NoEventTarget });
