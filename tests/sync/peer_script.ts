/** The script of the other process. */
export const PEER = new URL("peer.ts", import.meta.url);
