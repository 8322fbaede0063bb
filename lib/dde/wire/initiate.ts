/**
 * The search for servers: `WM_DDE_INITIATE` to the windows of other programs.
 *
 * @module
 */

import type { WindowHost } from "../../window/handler.ts";
import { addAtom, dropAtom } from "./memory.ts";
import type { DdePartner, DdeRequest } from "./protocol.ts";
import { MAX_ATTEMPTS, packAtoms, send } from "./send.ts";
import { topLevelWindows } from "./windows.ts";

/** `WM_DDE_INITIATE`. */
export const WM_DDE_INITIATE = 0x3e0;

/** How long to wait for each window in turn, in ms. */
const CALL_MS = 250;
/** How long to wait for all windows that did not answer in that time, in ms. */
const LATE_MS = 2000;
/** How many times longer than the calls the answers may take. */
const LATE_FACTOR = 4;
/** How often to check for late answers, in ms. */
const POLL_MS = 20;

/** A search, and the servers that have answered it. */
export interface ServerSearch {
  /** Whether to find all servers, or only the first. */
  readonly all: boolean;
  readonly found: DdePartner[];
}

/**
 * Sends the search to one window after another, and processes requests in
 * between. Windows that took too long may still answer, for a limited time. The
 * answers arrive as `WM_DDE_ACK` during the calls.
 */
export function searchServers(
  host: WindowHost,
  { conversation, service, topic, timeout }: DdeRequest & {
    type: "dde initiate";
  },
  search: ServerSearch,
): void {
  const began = performance.now();
  const until = began + timeout;
  let [first, second] = [0, 0];
  const over = () =>
    (host.byHandle(conversation)?.closing ?? true) ||
    !search.all && search.found.length > 0;
  let slow = false;
  let hung: bigint[] = [];
  const call = (target: bigint, wait: number) => {
    const names = packAtoms(first, second);
    const sent = send(
      ...[host, target, WM_DDE_INITIATE, conversation, names, wait] as const,
    );
    slow ||= sent === "slow";
    if (sent === "hung") hung.push(target);
    host.processRequests();
  };
  const left = () => Math.ceil(Math.min(until - performance.now(), CALL_MS));
  try {
    if (service !== null) first = addAtom(service);
    if (topic !== null) second = addAtom(topic);
    for (const target of topLevelWindows()) {
      const wait = left();
      if (wait <= 0 || over()) break;
      call(target, wait);
    }
    // The thread of one may have been on its way to its messages. No sleep
    // here: a window that is to be closed would have to wait for it.
    for (let i = 1; i < MAX_ATTEMPTS && hung.length > 0; i++) {
      const again = hung;
      hung = [];
      for (const target of again) {
        const wait = left();
        if (wait > 0 && !over()) call(target, wait);
      }
    }
    const called = performance.now();
    const late = Math.max(LATE_MS, LATE_FACTOR * (called - began));
    const end = Math.min(until, called + late);
    while (slow && !over() && performance.now() < end) host.sleep(POLL_MS);
  } finally {
    for (const atom of [first, second]) if (atom !== 0) dropAtom(atom);
  }
}
