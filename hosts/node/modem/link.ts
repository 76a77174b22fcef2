/* The symbolic link by which other programs find the modem's terminal. */
import { lstatSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { UsageError } from "../arguments.js";
import { isInUse, isTerminal } from "./terminal.js";

/**
 * Makes `path` a link to `device`; without a device only looks whether that could be done. Only a link that a modem has left
 * behind is replaced: one to a terminal that is gone, or that nobody has open.
 *
 * @throws {UsageError}
 */
export function takeLink(path: string, device?: string): void {
	const found = lstatSync(path, { throwIfNoEntry: false });
	if (found && !found.isSymbolicLink()) throw new UsageError(`--link ${path} exists and is no symbolic link: give another path`);
	const target = found && readlinkSync(path);
	if (undefined !== device && device === target) return; // left behind by one that had the same terminal
	if (target && !isTerminal(target))
		throw new UsageError(`--link ${path} leads to ${target}, which is no modem's: remove the link or give another path`);
	if (target && isInUse(target))
		throw new UsageError(
			`--link ${path} leads to ${target}, which is in use: end that modem, remove the link or give another path`,
		);
	if (undefined === device) return;
	if (target) unlinkSync(path);
	symlinkSync(device, path);
}

/** Unless another modem has taken it over. */
export function removeLink(path: string, device: string): void {
	if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && device === readlinkSync(path)) unlinkSync(path);
}
