import type { Option } from "./spec.ts";

/** The option of commands that can wait for their partner: `waitForPeer` of the API. */
export const WAIT = {
  help: "wait for the server to start, up to --timeout",
} as const satisfies Option;
