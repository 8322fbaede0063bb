/**
 * How to send messages. Separate, because receivers need only this.
 *
 * @module
 */

/** `SMTO_ABORTIFHUNG | SMTO_ERRORONEXIT`. */
export const SEND_FLAGS = 0x22;

/**
 * How much sooner than its time limit a call may end, in ms: Windows ends waits
 * at its own clock's ticks of 15.6 ms.
 */
export const TICK_MS = 16;
