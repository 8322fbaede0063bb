/**
 * A registered message that no window handles. Posting it shows whether UIPI
 * blocks messages to a window.
 */
export const PROBE = "winipc.probe";
