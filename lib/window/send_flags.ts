/**
 * How to send messages. Separate, because receivers need only this.
 *
 * @module
 */

/** `SMTO_ABORTIFHUNG | SMTO_ERRORONEXIT`. */
export const SEND_FLAGS = 0x22;
