import { type DdeClient, type DdeData, serveDde } from "../../../dde/mod.ts";
import { type DdeServe, itemOf } from "./spec.ts";
import { keptValue, shownBytes, valueOf } from "./content.ts";
import type { Environment } from "../../environment.ts";
import { EXIT, exitCodeOf } from "../../exit_code.ts";
import { abortable, abortableItems } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { textOfLine } from "../../text/bytes.ts";
import { inputLines } from "../../text/stdin.ts";
import { Printer } from "../../text/printer.ts";
import { textCodec } from "../../text/text_codec.ts";

export async function run(
  { service, topic, items, common }: DdeServe,
  env: Environment,
): Promise<void> {
  const printer = new Printer(env, common);
  const codec = textCodec(common.encoding);
  const done = Promise.withResolvers<void>();
  const over = new AbortController();
  using idle = new InactivityTimeout(env.signal, common.timeout);
  let count = 0;
  let printed = Promise.resolve();
  const print = (show: () => Promise<void>) => {
    printed = printed.then(show).catch(done.reject);
  };
  const take = (show: () => Promise<void>) => {
    if (count >= common.count) return false;
    idle.progress();
    print(show);
    // The client gets its answer before the end.
    if (++count >= common.count) setTimeout(() => printed.then(done.resolve));
    return true;
  };
  const report = (event: string, { pid }: DdeClient, fields = {}) =>
    print(() => printer.event(event, { ...fields, pid }));
  const poke = (poked: DdeData & { item: string; client: DdeClient }) => {
    const { item, format, bytes, client: { pid } } = poked;
    const fields = { bytes: bytes.byteLength, item, format, pid };
    const shown = shownBytes(poked, common);
    if (!take(() => printer.message(shown, fields))) return false;
    server.publish(topic, item, keptValue(poked, common));
    return true;
  };
  const execute = (
    { command, client: { pid } }: { command: string; client: DdeClient },
  ) => {
    const bytes = codec.encode(command);
    return take(() =>
      common.json
        ? printer.event("execute", printer.fields(bytes, { pid }))
        : printer.message(bytes)
    );
  };
  const declared = items.map(([item, text]) =>
    [item, { value: valueOf(text, common), poke }] as const
  );
  await using server = serveDde(service, {
    topics: {
      [topic]: { items: Object.fromEntries(declared), poke, execute },
    },
    onConnect: (client) => {
      idle.progress();
      report("connected", client);
    },
    onAdvise: (client, item) => report("watched", client, { item }),
    onDisconnect: (client) => report("disconnected", client),
    onError: (error) =>
      env.log(error instanceof Error ? error.message : String(error)),
  });
  env.log(`ready: ${service}`);
  const publishing = publish(AbortSignal.any([env.signal, over.signal]));
  try {
    await abortable(done.promise, idle.signal);
  } finally {
    over.abort();
    await publishing;
  }

  /** Lines of stdin change items. The end of stdin changes nothing. */
  async function publish(signal: AbortSignal): Promise<void> {
    try {
      const lines = abortableItems(
        inputLines(env.stdin),
        signal,
      );
      for await (const line of lines) {
        try {
          const [item, text] = itemOf(textOfLine(line));
          server.publish(topic, item, valueOf(text, common));
          idle.progress();
        } catch (error) {
          // An invalid line must not end the server.
          const wrong = error instanceof TypeError ||
            exitCodeOf(error) === EXIT.usage;
          if (!wrong) throw error;
          const { message } = error as Error;
          env.log(`winipc: stdin: ${message}; the line is skipped`);
        }
      }
    } catch (error) {
      if (!signal.aborted) done.reject(error);
    }
  }
}
