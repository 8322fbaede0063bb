/**
 * `exec:COMMAND ARG…`: a program, by its stdin and stdout.
 *
 * @module
 */

import type { SpawnedChild } from "../../anonymous_pipe/child.ts";
import { spawn } from "../../anonymous_pipe/spawn.ts";
import type { Channel, Connector } from "../channel.ts";
import type { Place } from "../schemes.ts";
import { chunks } from "./connection.ts";

/** The end for what was typed. */
export function exec({ name, rest }: Place): Connector {
  const [command, ...args] = words(rest);
  if (command === undefined) {
    throw new TypeError(`Invalid end "${name}": give exec:COMMAND ARG…`);
  }
  return {
    kind: "connect",
    name,
    once: false,
    open: () => Promise.resolve(childChannel(start(command, args), command)),
  };
}

/** Takes a command line apart at its spaces, but for those in double quotes. */
export function words(line: string): string[] {
  if ((line.match(/"/g)?.length ?? 0) % 2 !== 0) {
    throw new TypeError(`Invalid command ${line}: a quote is not closed`);
  }
  return (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [])
    .map((word) => word.replaceAll('"', ""));
}

function start(command: string, args: string[]): SpawnedChild {
  return spawn(command, {
    args,
    stdin: "pipe",
    stdout: "pipe",
    endWithParent: true,
  });
}

function childChannel(child: SpawnedChild, command: string): Channel {
  const read = chunks(child.stdout);
  return {
    boundaries: false,
    halves: true,
    async receive(signal) {
      const bytes = await read(signal);
      if (bytes !== null) return bytes;
      const { code } = await child.status;
      if (code === 0) return null;
      throw new Error(`"${command}" has ended with the exit code ${code}`);
    },
    send: (bytes, signal) => child.stdin.write(bytes, { signal }),
    closeWrite: () => child.stdin[Symbol.asyncDispose](),
    close: () => child[Symbol.asyncDispose](),
  };
}
