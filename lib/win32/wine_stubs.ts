/** Functions that Wine exports and does not have: a call of one ends the process. */
export const WINE_STUBS: Set<string> = new Set(["RpcServerInqCallAttributesW"]);
