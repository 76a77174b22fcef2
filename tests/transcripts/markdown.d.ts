/* Markdown files are imported as text: by the bundler for XS, by tests/markdown.mjs on Node. */
declare module "*.md" {
	const text: string;
	export default text;
}
