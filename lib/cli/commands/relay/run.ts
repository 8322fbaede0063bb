import { counted } from "../../text/counted.ts";
import {
  relay,
  type RelayChunk,
  type RelayCounts,
  type RelayFlow,
  type RelayOptions,
} from "../../../relay/mod.ts";
import { isOutputClosed } from "../../../relay/errors.ts";
import { type Environment, inTurn, writeAll } from "../../environment.ts";
import { OutputClosed } from "../../exit_code.ts";
import { UsageError } from "../../arguments/usage_error.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { oneLine } from "../../text/one_line.ts";
import { now } from "../../text/printer.ts";
import type { RelayCommand } from "./spec.ts";
import { format } from "@std/fmt/bytes";

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
    ? (text: string) => Promise.resolve(env.log(text))
    : (text: string) => env.out(`${text}\n`);
  const report = async (event: string, fields: object) => {
    if (json) await show(JSON.stringify({ event, ...fields, at: now() }));
  };
  // Output beside the data may fail without an error.
  const over = new AbortController();
  const reportInBackground = (event: string, fields: object) => {
    report(event, fields).catch((error) => over.abort(error));
  };
  using idle = new InactivityTimeout(env.signal, common.timeout);
  using files = new DisposableStack();
  const signal = AbortSignal.any([idle.signal, over.signal]);
  const openCopy = async (path: string | undefined) =>
    path === undefined ? undefined : files.use(await Copy.open(path));
  const copies = {
    forward: await openCopy(command.tee),
    backward: await openCopy(command.teeBack),
  };
  if (command.tee !== undefined && command.teeBack !== undefined) {
    await checkDistinct(command.tee, command.teeBack);
  }
  await using running = await relay(from, to, {
    // Its options have the names of the API, but for these.
    ...command,
    origins: command.origins?.split(","),
    maxMessageSize: command.maxSize,
    count: common.count,
    nats: await natsOf(command),
    signal,
    onReady(where) {
      env.log(`ready: ${where}`);
      reportInBackground("ready", { name: where });
    },
    onError(error) {
      if (error instanceof OutputClosed) return over.abort(error);
      const message = error instanceof Error ? error.message : String(error);
      env.log(`winipc: ${oneLine(message)}`);
    },
    async tap(passage) {
      idle.progress();
      await copies[passage.direction]?.write(passage.bytes);
      if (hex) await show(hexDump(passage));
    },
  });
  using _rate = new Rate(running, !quiet && !json && !hex);
  let last = "";
  const timer = setInterval(() => {
    const counts = countsFields(running.counts);
    const text = JSON.stringify(counts);
    if (text !== last) reportInBackground("counts", counts);
    last = text;
  }, COUNTS_MS);
  const ended = async (counts: RelayCounts) => {
    // No counts follow this line.
    clearInterval(timer);
    await report("done", countsFields(counts));
  };
  const clearCopies = async () => {
    const nothing = new Uint8Array();
    await copies.forward?.write(nothing);
    await copies.backward?.write(nothing);
  };
  try {
    await ended(await running.finished);
  } catch (error) {
    await ended(running.counts);
    // It ran until it was stopped, unlike one that is refused or fails.
    if (signal.aborted) await clearCopies().catch(() => {});
    throw isOutputClosed(error) ? new OutputClosed() : error;
  }
  await clearCopies();
}

/** The counts by the names that scripts know from `--json`. */
function countsFields(counts: RelayCounts): object {
  const { forward: forth, backward: back, ...totals } = counts;
  return { forth, back, ...totals };
}

async function natsOf(command: RelayCommand): Promise<RelayOptions["nats"]> {
  const { nats: servers, creds } = command;
  const [ca, cert, key] = await Promise.all(
    [command.tlsca, command.tlscert, command.tlskey].map((file) =>
      file && Deno.readTextFile(file)
    ),
  );
  const files = [ca, cert, key].some((text) => text !== undefined);
  return {
    ...command,
    servers,
    creds: creds === undefined ? undefined : await Deno.readFile(creds),
    tls: files ? { ca, cert, key } : command.tls,
  };
}

const EVERY_MS = 500;
const CLEAR_LINE = "\r\x1b[K";

const encoder = new TextEncoder();

/** Shows the current rates on a terminal. */
class Rate implements Disposable {
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #shown = false;

  /** Shows the rates of `running`, if stderr is a terminal and `wanted` is set. */
  constructor(running: { readonly counts: RelayCounts }, wanted: boolean) {
    if (!wanted || !Deno.stderr.isTerminal()) return;
    let [before, since] = [running.counts, performance.now()];
    this.#timer = setInterval(() => {
      const [counts, now] = [running.counts, performance.now()];
      this.#show(rateLine(before, counts, (now - since) / 1000));
      [before, since] = [counts, now];
    }, EVERY_MS);
  }

  /** Removes the line. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#shown) Deno.stderr.writeSync(encoder.encode(CLEAR_LINE));
  }

  #show(line: string): void {
    this.#shown = true;
    Deno.stderr.writeSync(encoder.encode(`${CLEAR_LINE}${line}`));
  }
}

/** "> 1.2 MB/s, 300 messages/s; < …; 2 partners". */
export function rateLine(
  before: RelayCounts,
  now: RelayCounts,
  seconds: number,
): string {
  const way = (arrow: string, old: RelayFlow, flow: RelayFlow) => {
    const bytes = Math.round((flow.bytes - old.bytes) / seconds);
    const messages = Math.round((flow.messages - old.messages) / seconds);
    return `${arrow} ${format(bytes)}/s, ${messages} messages/s`;
  };
  return [
    way(">", before.forward, now.forward),
    way("<", before.backward, now.backward),
    counted(now.partners, "partner"),
  ].join("; ");
}

const ROW = 16;

/** Formats data, sixteen bytes a row. */
export function hexDump({ direction, partner, bytes }: RelayChunk): string {
  const arrow = direction === "forward" ? ">" : "<";
  const rows = [
    `${arrow} partner ${partner}, ${counted(bytes.byteLength, "byte")}`,
  ];
  for (let at = 0; at < bytes.byteLength; at += ROW) {
    const row = bytes.subarray(at, at + ROW);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, "0"));
    const text = [...row].map((byte) =>
      byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "."
    );
    rows.push(
      `${arrow} ${at.toString(16).padStart(8, "0")}  ${
        hex.join(" ").padEnd(3 * ROW - 1)
      }  ${text.join("")}`,
    );
  }
  return rows.join("\n");
}

/** Refuses two paths of one file, which both exist by now. */
async function checkDistinct(tee: string, teeBack: string): Promise<void> {
  // A device may have no such path, and takes both.
  const real = (path: string) =>
    Deno.realPath(path).then((found) => found.toLowerCase(), () => undefined);
  const [one, other] = [await real(tee), await real(teeBack)];
  if (one === undefined || one !== other || /[\\/]nul$/.test(one)) return;
  throw new UsageError(
    "Cannot combine --tee and --tee-back with one file: give two",
  );
}

/**
 * A file with a copy of the data. It keeps what it had until there is data, or
 * until the relay has ended without any: a relay that is refused loses nothing.
 */
class Copy implements Disposable {
  readonly #file: Deno.FsFile;
  #cleared = false;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Creates the file at `path`, or opens it. */
  static async open(path: string): Promise<Copy> {
    return new Copy(await Deno.open(path, { write: true, create: true }));
  }

  /** Appends bytes, which partners may call at the same time. */
  readonly write: (bytes: Uint8Array) => Promise<void> = inTurn(
    async (bytes: Uint8Array) => {
      if (!this.#cleared) await this.#clear();
      this.#cleared = true;
      await writeAll(this.#file, bytes);
    },
  );

  [Symbol.dispose](): void {
    this.#file.close();
  }

  async #clear(): Promise<void> {
    // A device, such as NUL, has no size, and cannot be truncated.
    const { size } = await this.#file.stat().catch(() => ({ size: 0 }));
    if (size > 0) await this.#file.truncate();
  }
}
