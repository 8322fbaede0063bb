/**
 * All child windows of a window.
 *
 * @module
 */

import { user32 } from "../win32/user32.ts";

/** How many times a window may be found again before the search ends. */
const MAX_ATTEMPTS = 10_000;

/**
 * The child windows of `parent` (0: the desktop) with that class and title,
 * each once. Windows searches from one to the next, and finds no next one of a
 * window that was destroyed meanwhile. The search then starts again, so that it
 * does not miss later ones.
 */
export function* childWindows(
  parent: bigint,
  className: Uint8Array<ArrayBuffer> | null = null,
  title: Uint8Array<ArrayBuffer> | null = null,
): Generator<bigint, undefined, void> {
  const { raw } = user32();
  const found = new Set<bigint>();
  let again = 0;
  for (let last = 0n;;) {
    const next = raw.FindWindowExW(parent, last, className, title);
    if (next === 0n) {
      if (last === 0n || raw.IsWindow(last) !== 0) return undefined;
    } else if (!found.has(next)) {
      found.add(next);
      yield next;
    } else if (++again > MAX_ATTEMPTS) return undefined;
    last = next;
  }
}
