import { ByteText } from "./bytes.ts";
import type { Common } from "./common.ts";
import type { Environment } from "./environment.ts";
import { iterateUnlessAborted } from "./give_up.ts";
import { inputLineGroups } from "./stdin.ts";

/** What a command sends. */
export interface OutgoingOptions {
  /** The arguments behind the name; without any, the lines of stdin count. */
  readonly messages: readonly string[];
  readonly common: Common;
  /** Ends the wait for a line. */
  readonly signal: AbortSignal;
}

/** The messages to send, one after the other. */
export async function* outgoing(
  env: Environment,
  options: OutgoingOptions,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const messages of outgoingGroups(env, options)) yield* messages;
}

/**
 * The messages of {@linkcode outgoing}, as many at once as one read of stdin
 * completes. With `--raw` its bytes are one message, line ends and all.
 */
export async function* outgoingGroups(
  env: Environment,
  { messages, common, signal }: OutgoingOptions,
): AsyncGenerator<Uint8Array[], void, void> {
  const bytes = new ByteText(common);
  if (messages.length > 0) {
    yield messages.map((message) => bytes.ofArgument(message));
    return;
  }
  if (env.interactive && !common.quiet) {
    env.talk("Type a line to send it; Ctrl-Z and Enter end the input");
  }
  if (common.format === "raw") {
    for await (const chunk of iterateUnlessAborted(env.stdin, signal)) {
      yield [chunk];
    }
    return;
  }
  const groups = iterateUnlessAborted(inputLineGroups(env.stdin), signal);
  for await (const lines of groups) {
    yield lines.map((line) => bytes.ofLine(line));
  }
}
