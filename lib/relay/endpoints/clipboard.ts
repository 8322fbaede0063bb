/**
 * `clipboard`: receives the text of each change, and sends text to it.
 *
 * @module
 */

import {
  readClipboard,
  watchClipboard,
  writeClipboard,
} from "../../clipboard/mod.ts";
import type { Connector } from "../channel.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Creates the end. This program's own changes are not received. */
export function clipboard(): Connector["open"] {
  return () => {
    const watcher = watchClipboard();
    return {
      messageBoundaries: true,
      halfClose: true,
      ready: "the clipboard",
      async receive(signal) {
        for (;;) {
          const { own } = await watcher.receive({ signal });
          if (own) continue;
          // Another program may keep it open for long, which must not end the
          // relay.
          const wait = { signal, timeout: Infinity };
          const { text } = await readClipboard(wait);
          if (text !== undefined) return encoder.encode(text);
        }
      },
      send: (bytes, signal) =>
        writeClipboard(decoder.decode(bytes), { signal }),
      close: () => watcher[Symbol.asyncDispose](),
    };
  };
}
