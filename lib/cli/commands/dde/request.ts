import { connectDde } from "../../../dde/mod.ts";
import type { DdeRequest } from "./spec.ts";
import { checkItem, formatOf, shownBytes } from "./content.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { service, topic, item, format, wait: waits, common }: DdeRequest,
  env: Environment,
): Promise<void> {
  checkItem(item, format);
  const wait = { signal: env.signal, timeout: common.timeout };
  await using conversation = await connectDde(service, topic, {
    ...wait,
    // The search alone has a default limit.
    ...waits && { waitForPeer: true, timeout: common.timeout ?? Infinity },
  });
  const options = { ...wait, format: formatOf(format, common) };
  const data = await conversation.request(item, options);
  const printer = new Printer(env, common);
  await printer.message(shownBytes(data, common), {
    bytes: data.bytes.byteLength,
    item,
    format: data.format,
  });
}
