/**
 * Functions that Wine exports but does not implement: calling one ends the
 * process.
 */
export const WINE_STUBS: Set<string> = new Set(["RpcServerInqCallAttributesW"]);
