import { connectDde } from "../../../dde/mod.ts";
import type { DdeExecute } from "./spec.ts";
import type { Environment } from "../../environment.ts";
import { argumentBytes, outgoing } from "../../text/outgoing.ts";
import { now, Printer } from "../../text/printer.ts";
import { UsageError } from "../../arguments/usage_error.ts";
import { textCodec } from "../../text/text_codec.ts";

export async function run(
  { service, topic, messages: texts, common }: DdeExecute,
  env: Environment,
): Promise<void> {
  const { signal } = env;
  const messages = argumentBytes(texts, common);
  if (messages.some(({ byteLength }) => byteLength === 0)) {
    throw new UsageError(
      'Invalid COMMAND "": expected a text that is not empty',
    );
  }
  const wait = { signal, timeout: common.timeout };
  const codec = textCodec(common.encoding);
  await using conversation = await connectDde(service, topic, wait);
  const printer = new Printer(env, common);
  for await (const message of outgoing(env, { messages, common, signal })) {
    const at = now();
    await conversation.execute(codec.decode(message), wait);
    await printer.event("sent", printer.fields(message, { at }));
  }
}
