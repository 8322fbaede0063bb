/**
 * A registered message that nobody listens to. Whether it can be posted tells
 * whether UIPI keeps messages to a window back.
 */
export const PROBE = "winipc.probe";
