/* The native class; its types are in serial.d.ts, what it does in docs/SERIAL.md. */
class Serial extends Native("xs_uplinkserial_destructor") {
	constructor(options) {
		super();
		native("xs_uplinkserial_constructor").call(this, options);
	}
	close() {
		return native("xs_uplinkserial_close").call(this);
	}
	read() {
		return native("xs_uplinkserial_read").call(this);
	}
	write() {
		return native("xs_uplinkserial_write").call(this);
	}
	get overruns() {
		return native("xs_uplinkserial_get_overruns").call(this);
	}
	get format() {
		return native("xs_uplinkserial_get_format").call(this);
	}
	set format(value) {
		native("xs_uplinkserial_set_format").call(this, value);
	}
}

export default Serial;
