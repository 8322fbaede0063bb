import { connectDde } from "../../../dde/mod.ts";
import type { DdePoke } from "./spec.ts";
import { checkItem, formatOf, pokedValue } from "./content.ts";
import type { Environment } from "../../environment.ts";
import { argumentBytes, outgoing } from "../../text/outgoing.ts";
import { now, Printer } from "../../text/printer.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export async function run(
  { service, topic, item, messages: texts, format, common }: DdePoke,
  env: Environment,
): Promise<void> {
  const { signal } = env;
  if (common.format !== "text" && format === undefined) {
    throw new UsageError(
      `Cannot poke the bytes of --${common.format}: their format is unknown; name it by --format`,
    );
  }
  checkItem(item, format);
  const messages = argumentBytes(texts, common);
  const wait = { signal, timeout: common.timeout };
  await using conversation = await connectDde(service, topic, wait);
  const options = { ...wait, format: formatOf(format, common) };
  const printer = new Printer(env, common);
  for await (const message of outgoing(env, { messages, common, signal })) {
    const at = now();
    await conversation.poke(item, pokedValue(message, format, common), options);
    await printer.event("sent", printer.fields(message, { item, at }));
  }
}
