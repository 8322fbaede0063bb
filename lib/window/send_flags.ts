/**
 * How messages are sent. Apart, because who only receives needs no more of it.
 *
 * @module
 */

/** `SMTO_ABORTIFHUNG | SMTO_ERRORONEXIT`. */
export const SEND_FLAGS = 0x22;
