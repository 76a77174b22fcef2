/* Objects of native code that are none of ours, by the C code of the SDK's own harness. */

declare function Native(destructor: string): new () => object;
declare function native(name: string): (this: object, ...parameters: unknown[]) => void;

export class HostObject extends Native("xs_hostobject_destructor") {
	constructor() {
		super();
		native("xs_hostobject").call(this);
	}
}

export class HostObjectChunk extends Native("xs_hostobjectchunk_destructor") {
	constructor() {
		super();
		native("xs_hostobjectchunk").call(this);
	}
}

export class HostBuffer extends Native("xs_hostbuffer_destructor") {
	constructor(byteLength: number) {
		super();
		native("xs_hostbuffer").call(this, byteLength);
	}
}
