import { listenMessages } from "../../../copy_data/mod.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import type { MessageListen } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { title, common }: MessageListen,
  env: Environment,
): Promise<void> {
  await using listener = listenMessages({ title });
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const printer = new Printer(env, common);
  env.log(`ready: ${title}`);
  for (let count = 0; count < common.count; count++) {
    const message = await listener.receive({ signal: idle.signal });
    const { bytes, rawTag, sender } = message;
    await printer.message(bytes, { tag: shownTag(rawTag), sender });
    idle.progress();
  }
}

/** A tag for JSON, whose numbers have 53 bits. */
export function shownTag(tag: bigint): number | string {
  return tag <= Number.MAX_SAFE_INTEGER ? Number(tag) : `${tag}`;
}
