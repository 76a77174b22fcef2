/* `mc/config` of a user's program: it has none. */
export default {};
