import { openMailslot } from "../../../mailslot/mod.ts";
import type { Environment } from "../../environment.ts";
import type { MailslotWrite } from "./spec.ts";
import { argumentBytes, outgoing } from "../../text/outgoing.ts";
import { now, Printer } from "../../text/printer.ts";

/** How long to wait for a reader, in ms. */
const DEFAULT_TIMEOUT = 10_000;

export async function run(
  { name, messages: texts, common }: MailslotWrite,
  env: Environment,
): Promise<void> {
  const { signal } = env;
  const messages = argumentBytes(texts, common);
  const { timeout = DEFAULT_TIMEOUT } = common;
  await using sender = await openMailslot(name, {
    waitForPeer: timeout > 0,
    timeout,
    signal,
  });
  const printer = new Printer(env, common);
  for await (const message of outgoing(env, { messages, common, signal })) {
    // Reported with the time before the send, so that it precedes its arrival.
    const at = now();
    await sender.send(message, { signal });
    await printer.event("sent", printer.fields(message, { at }));
  }
}
