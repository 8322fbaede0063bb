import { connectDde } from "../../../dde/mod.ts";
import type { DdeAdvise } from "./spec.ts";
import { checkItem, formatOf, shownBytes } from "./content.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { service, topic, item, warm, format, common }: DdeAdvise,
  env: Environment,
): Promise<void> {
  checkItem(item, format);
  const wait = { signal: env.signal, timeout: common.timeout };
  await using conversation = await connectDde(service, topic, wait);
  const options = { ...wait, format: formatOf(format, common) };
  await using advice = await conversation.advise(item, { ...options, warm });
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const printer = new Printer(env, common);
  env.log(`ready: ${item}`);
  for (let count = 0; count < common.count; count++) {
    const { signal } = idle;
    const update = await advice.receive({ signal });
    const data = update.data ??
      await conversation.request(item, { ...options, format: advice.format });
    idle.progress();
    await printer.message(shownBytes(data, common), {
      bytes: data.bytes.byteLength,
      item,
      format: data.format,
    });
  }
}
