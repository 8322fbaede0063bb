import { ByteText } from "./bytes.ts";
import type { Common } from "./common.ts";
import type { Environment } from "./environment.ts";
import { iterateUnlessAborted } from "./give_up.ts";
import { linesOf } from "./lines.ts";

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
  { messages, common, signal }: OutgoingOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const bytes = new ByteText(common);
  if (messages.length > 0) {
    for (const message of messages) yield bytes.ofArgument(message);
    return;
  }
  if (env.interactive && !common.quiet) {
    env.talk("Type a line to send it; Ctrl-Z and Enter end the input");
  }
  for await (const line of iterateUnlessAborted(linesOf(env.stdin), signal)) {
    yield bytes.ofLine(line);
  }
}
