import { ByteText } from "./bytes.ts";
import type { GlobalOptions } from "../arguments/global_options.ts";
import type { Environment } from "../environment.ts";
import { abortableItems } from "../connection/abort.ts";
import { lineGroupsOf } from "./lines.ts";
import { inputLineGroups } from "./stdin.ts";

export interface OutgoingOptions {
  /** Those of the arguments; if there are none, the lines of stdin are sent. */
  readonly messages: readonly Uint8Array[];
  readonly common: GlobalOptions;
  /** Ends the wait for a line. */
  readonly signal: AbortSignal;
}

/**
 * The bytes of the messages among the arguments. A command calls it before it
 * connects: with `--hex` they may be invalid.
 */
export function argumentBytes(
  messages: readonly string[],
  common: GlobalOptions,
): Uint8Array[] {
  const bytes = new ByteText(common);
  return messages.map((message) => bytes.ofArgument(message));
}

/**
 * The messages to send, in order, up to `--count`; with `--raw`, too, one for
 * each line of stdin.
 */
export async function* outgoing(
  env: Environment,
  options: OutgoingOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const lines = options.common.format === "raw"
    ? lineGroupsOf(env.stdin)
    : inputLineGroups(env.stdin);
  let left = options.common.count;
  for await (const group of groups(env, options, lines)) {
    for (const message of group) {
      yield message;
      if (--left <= 0) return;
    }
  }
}

/**
 * The data for a connection, as many messages at once as one read of stdin
 * completes. With `--raw`, its bytes are one message, including line ends.
 */
export function outgoingGroups(
  env: Environment,
  options: OutgoingOptions,
): AsyncGenerator<Uint8Array[], void, void> {
  const input = options.common.format === "raw"
    ? chunkGroupsOf(env.stdin)
    : inputLineGroups(env.stdin);
  return groups(env, options, input);
}

async function* groups(
  env: Environment,
  { messages, common, signal }: OutgoingOptions,
  input: AsyncIterable<Uint8Array[]>,
): AsyncGenerator<Uint8Array[], void, void> {
  if (messages.length > 0) {
    yield [...messages];
    return;
  }
  const bytes = new ByteText(common);
  if (env.interactive && !common.quiet) {
    env.log("Type a line to send it; Ctrl-Z and Enter end the input");
  }
  for await (const group of abortableItems(input, signal)) {
    yield group.map((part) => bytes.ofLine(part));
  }
}

async function* chunkGroupsOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array[], void, void> {
  for await (const chunk of chunks) yield [chunk];
}
