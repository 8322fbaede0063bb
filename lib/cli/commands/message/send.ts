import { sendCopyData } from "../../../copy_data/mod.ts";
import type { Environment } from "../../environment.ts";
import type { MessageSend } from "./spec.ts";
import { shownTag } from "./listen.ts";
import { argumentBytes, outgoing } from "../../text/outgoing.ts";
import { now, Printer } from "../../text/printer.ts";

export async function run(
  { target, tag, messages: texts, common }: MessageSend,
  env: Environment,
): Promise<void> {
  const { signal } = env;
  const messages = argumentBytes(texts, common);
  const { timeout } = common;
  const printer = new Printer(env, common);
  for await (const message of outgoing(env, { messages, common, signal })) {
    // Reported with the time before the send, so that it precedes its arrival.
    const at = now();
    const options = { tag, timeout, signal };
    const result = await sendCopyData(target, message, options);
    const fields = { tag: shownTag(tag), result, at };
    await printer.event("sent", printer.fields(message, fields));
    if (result === 0 && !common.quiet) {
      env.log(
        "The window answered 0: it refused the message, or does not know it",
      );
    }
  }
}
