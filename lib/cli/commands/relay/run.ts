import {
  relay,
  type RelayCounts,
  type RelayOptions,
} from "../../../relay/mod.ts";
import { isOutputClosed } from "../../../relay/errors.ts";
import type { Environment } from "../../environment.ts";
import { OutputClosed } from "../../exit_code.ts";
import { Idle } from "../../connection/inactivity_timeout.ts";
import { now } from "../../text/printer.ts";
import type { RelayCommand } from "./spec.ts";
import { Rate } from "./rate.ts";
import { hexDump, Tee } from "./show.ts";

const COUNTS_MS = 1_000;

export async function run(
  command: RelayCommand,
  env: Environment,
): Promise<void> {
  const { from, to, common } = command;
  const { json, quiet } = common;
  const hex = common.format === "hex";
  // If stdout is an end, it is only for data.
  const show = [from, to].includes("stdio")
    ? (text: string) => Promise.resolve(env.talk(text))
    : (text: string) => env.out(`${text}\n`);
  const tell = async (event: string, fields: object) => {
    if (json) await show(JSON.stringify({ event, ...fields, at: now() }));
  };
  // Output beside the data may fail without an error.
  const over = new AbortController();
  const tellBeside = (event: string, fields: object) => {
    tell(event, fields).catch((error) => over.abort(error));
  };
  using idle = new Idle(env.signal, common.timeout);
  await using tee = await Tee.open(command.tee, command.teeBack);
  await using running = await relay(from, to, {
    ...await optionsOf(command),
    signal: AbortSignal.any([idle.signal, over.signal]),
    onReady(where) {
      env.talk(`ready: ${where}`);
      tellBeside("ready", { name: where });
    },
    onError(error) {
      if (error instanceof OutputClosed) return over.abort(error);
      const message = error instanceof Error ? error.message : String(error);
      env.talk(`winipc: ${message.replace(/\s*\n\s*/g, " ")}`);
    },
    async tap(passage) {
      idle.progress();
      await tee.write(passage);
      if (hex) await show(hexDump(passage));
    },
  });
  using _rate = new Rate(running, !quiet && !json && !hex);
  let last = "";
  const timer = setInterval(() => {
    const text = JSON.stringify(running.counts);
    if (text !== last) tellBeside("counts", running.counts);
    last = text;
  }, COUNTS_MS);
  const ended = (counts: RelayCounts) => tell("done", counts);
  try {
    await ended(await running.finished);
  } catch (error) {
    await ended(running.counts);
    throw isOutputClosed(error) ? new OutputClosed() : error;
  } finally {
    clearInterval(timer);
  }
}

async function optionsOf(command: RelayCommand): Promise<RelayOptions> {
  const { mode, frame, oneWay, wait, text, linger, requestTimeout } = command;
  const { capacity, sddl, origins, maxSize, common } = command;
  return {
    mode,
    frame,
    oneWay,
    wait,
    text,
    linger,
    requestTimeout,
    capacity,
    sddl,
    origins: origins?.split(",") ?? [],
    maxMessageSize: maxSize,
    count: common.count,
    nats: await natsOf(command),
  };
}

async function natsOf(command: RelayCommand): Promise<RelayOptions["nats"]> {
  const { nats: servers, queue, durable, parallel, ackWait, creds } = command;
  const [ca, cert, key] = await Promise.all(
    [command.tlsca, command.tlscert, command.tlskey].map((file) =>
      file && Deno.readTextFile(file)
    ),
  );
  const files = [ca, cert, key].some((text) => text !== undefined);
  return {
    servers,
    queue,
    durable,
    parallel,
    ackWait,
    creds: creds === undefined ? undefined : await Deno.readFile(creds),
    tls: files ? { ca, cert, key } : command.tls,
  };
}
