import { createMailslot } from "../../../mailslot/mod.ts";
import { ByteText } from "../../text/bytes.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import type { MailslotRead } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { name, until, maxSize, common }: MailslotRead,
  env: Environment,
): Promise<void> {
  await using mailslot = createMailslot(name, { maxMessageSize: maxSize });
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const printer = new Printer(env, common);
  const bytes = new ByteText(common);
  env.log(`ready: ${mailslot.name}`);
  for (let count = 0; count < common.count; count++) {
    const message = await mailslot.receive({ signal: idle.signal });
    if (until !== "" && bytes.text(message) === until) return;
    await printer.message(message);
    idle.progress();
  }
}
