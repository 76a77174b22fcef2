/* mocha's dots and its list of failures, and then one line that says how it went: "N passed, N failed". */
const { Dot } = require("mocha").reporters;

module.exports = class Reporter extends Dot {
	epilogue() {
		super.epilogue();
		const { passes, failures } = this.stats;
		console.log(`${passes} passed, ${failures} failed`);
	}
};
