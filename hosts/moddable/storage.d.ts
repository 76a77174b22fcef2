/*
 * The SDK's storage, as far as it is used here: its types are not in the npm package of the typings. For the type check
 * where there is no SDK; mcconfig takes the SDK's own.
 */

declare module "embedded:storage/flash" {
	export interface Flash {
		eraseBlock(start: number, end?: number): void;
		read(target: Uint8Array, offset: number): number;
		write(bytes: Uint8Array, offset: number): void;
		status(): { readonly size: number; readonly blockLength: number; readonly blocks: number };
		close(): void;
	}
	const flash: { open(options: { path: string; mode?: "r" | "r+" }): Flash };
	export default flash;
}

declare module "embedded:storage/files" {
	export interface File {
		read(target: Uint8Array, position: number): number;
		write(bytes: Uint8Array, position: number): void;
		status(): { readonly size: number };
		flush(): void;
		close(): void;
	}
	export interface Directory {
		openFile(options: { path: string; mode?: "r" | "r+" | "w" | "w+" }): File;
		status(path: string): { isFile(): boolean };
	}
}
