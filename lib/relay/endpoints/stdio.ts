/**
 * `stdio`: this program's stdin and stdout.
 *
 * @module
 */

import { stdinStream, stdoutConverter } from "../../console.ts";
import { isPeerGone } from "../../peer_gone.ts";
import { abortable } from "../../io/wait/abortable.ts";
import type { Channel, Connector } from "../channel.ts";

export function stdio(): Connector["open"] {
  return stdioChannel;
}

function stdioChannel(): Channel {
  const input = stdinStream().getReader();
  const convert = stdoutConverter();
  const output = Deno.stdout.writable.getWriter();
  return {
    messageBoundaries: false,
    halfClose: true,
    separatePeers: true,
    async receive(signal) {
      const { value, done } = await abortable(input.read(), { signal });
      return done ? null : value;
    },
    async send(bytes) {
      try {
        await output.ready;
        await output.write(convert(bytes));
      } catch (error) {
        if (!isPeerGone(error)) throw error;
        throw new Deno.errors.BrokenPipe("Nobody reads stdout any more", {
          cause: error,
        });
      }
    },
    // No closeWrite: Deno keeps stdout open until the program ends, whatever is
    // closed (ext/io/lib.rs, `Drop for StdFileResourceInner`, `ChildProcessStdio`).
    async close() {
      input.releaseLock();
      output.releaseLock();
      await Promise.resolve();
    },
  };
}
