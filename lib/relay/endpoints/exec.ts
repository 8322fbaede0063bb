/**
 * `exec:COMMAND ARG…`: a program, by its stdin and stdout.
 *
 * @module
 */

import { quote } from "../../io/format.ts";
import { spawn, type SpawnedChild } from "../../anonymous_pipe/mod.ts";
import { ChildOutput } from "../../anonymous_pipe/output.ts";
import { isPeerGone } from "../../peer_gone.ts";
import type { Channel, Connector } from "../channel.ts";
import type { EndpointSpec } from "../endpoint_spec.ts";
import { chunks } from "./connection.ts";

export function exec({ name, rest }: EndpointSpec): Connector["open"] {
  const [command, ...args] = words(rest);
  if (command === undefined) {
    throw new TypeError(`Invalid end ${quote(name)}: give exec:COMMAND ARG…`);
  }
  return () => {
    const child = spawn(command, {
      args,
      stdin: "pipe",
      stdout: "pipe",
      endWithParent: true,
    });
    return childChannel(child, command);
  };
}

/**
 * Splits a command line like Windows programs: spaces and tabs separate
 * arguments, quotes group them, `""` between them is a quote, and backslashes
 * are literal unless a quote follows. In the program's name they are always
 * literal.
 *
 * Source: Microsoft, "Parsing C command-line arguments".
 */
export function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let quoted = false;
  let closed = false;
  for (const [piece] of line.matchAll(/\\+"?|"|[^\\"]/g)) {
    if (piece.endsWith('"')) {
      const slashes = piece.length - 1;
      const plain = found.length === 0;
      word = (word ?? "") + "\\".repeat(plain ? slashes : slashes >> 1);
      const escaped = !plain && slashes % 2 === 1;
      if (escaped || closed && slashes === 0 && !plain) word += '"';
      if (!escaped) quoted = !quoted;
      closed = !quoted && !escaped;
      continue;
    }
    closed = false;
    if (quoted || !/\s/.test(piece)) word = (word ?? "") + piece;
    else if (word !== undefined) {
      found.push(word);
      word = undefined;
    }
  }
  if (quoted) {
    throw new TypeError(
      `Invalid command ${line}: a quote is not closed; \\" is a quote within an argument, and \\\\" a backslash at the end of one`,
    );
  }
  return word === undefined ? found : [...found, word];
}

function childChannel(child: SpawnedChild, command: string): Channel {
  const read = chunks(new ChildOutput(child));
  return {
    messageBoundaries: false,
    halfClose: true,
    connected: true,
    closeDiscards: "unread",
    async receive(signal, keep) {
      const bytes = await read(signal, keep);
      if (bytes !== null) return bytes;
      const { code } = await child.status;
      if (code === 0) return null;
      throw new Error(`"${command}" has ended with the exit code ${code}`);
    },
    async send(bytes, signal) {
      // Many programs take a read of zero bytes for the end.
      if (bytes.byteLength === 0) return;
      try {
        await child.stdin.write(bytes, { signal });
      } catch (error) {
        if (!isPeerGone(error)) throw error;
        throw new Deno.errors.BrokenPipe(
          `"${command}" has ended, or closed its stdin: what came later did not arrive`,
          { cause: error },
        );
      }
    },
    closeWrite: () => child.stdin[Symbol.asyncDispose](),
    close: () => child[Symbol.asyncDispose](),
  };
}
