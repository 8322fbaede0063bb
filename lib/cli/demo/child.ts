import { requiredLibraries } from "../../../mod.ts";
import type { SideEvent } from "./event.ts";
import { grantedFlags } from "../../granted_permissions.ts";
import { abortable } from "../connection/abort.ts";
import { linesOf } from "../text/lines.ts";
import { takeChildTrace } from "../trace/flags.ts";

export interface ChildOptions {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** Aborts its waits. */
  readonly signal: AbortSignal;
  /** Called for every event. */
  readonly onEvent: (event: SideEvent) => void;
}

/** A side of a scenario as a process of its own. `using` ends it. */
export class SideProcess implements AsyncDisposable {
  /** The texts that have arrived. */
  readonly received: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #signal: AbortSignal;
  readonly #ready = Promise.withResolvers<void>();
  readonly #output: Promise<void>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #changed = Promise.withResolvers<void>();
  #lastError = "";

  constructor({ args, signal, onEvent }: ChildOptions) {
    this.#signal = signal;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", ...inheritedFlags(), Deno.mainModule, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = Promise.all([this.#events(onEvent), this.#talk()])
      .then(() => this.#changed.resolve());
    // `end` rejects with both; this prevents unhandled rejections.
    this.#ready.promise.catch(() => {});
    this.#output.catch(() => {});
  }

  /** Resolves when the other side may start. */
  async ready(): Promise<void> {
    await abortable(this.#ready.promise, this.#signal);
  }

  /** Writes `texts` to its stdin, one line each. */
  async feed(texts: readonly string[]): Promise<void> {
    const lines = texts.map((text) => `${text}\n`).join("");
    await this.#input.write(new TextEncoder().encode(lines)).catch(() => {});
  }

  /** Resolves when it has received this many texts, or has ended. */
  async receives(count: number): Promise<void> {
    let ended = false;
    const output = this.#output.then(() => ended = true);
    while (this.received.length < count && !ended) {
      const { promise } = this.#changed;
      await abortable(Promise.race([promise, output]), this.#signal);
    }
  }

  /** Ends its input and waits for its end. Rejects when it failed. */
  async end(): Promise<void> {
    await this.#input.close().catch(() => {});
    const status = abortable(this.#child.status, this.#signal);
    const { code } = await status;
    await this.#output;
    if (code === 0) return;
    throw new Error(this.#lastError || `It ended with exit code ${code}`);
  }

  /** Ends it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch {
      // It has ended already.
    }
    await this.#input.close().catch(() => {});
    await Promise.all([this.#child.status, this.#output]);
  }

  async #events(onEvent: (event: SideEvent) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const line of linesOf(this.#child.stdout)) {
      const event: SideEvent = JSON.parse(decoder.decode(line));
      onEvent(event);
      if (event.event !== "message") continue;
      this.received.push(event.text ?? "");
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  async #talk(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of linesOf(this.#child.stderr)) {
      const line = decoder.decode(bytes);
      if (line.startsWith("ready: ")) this.#ready.resolve();
      if (line.startsWith("winipc: ")) this.#lastError = line.slice(8);
      takeChildTrace(line);
    }
    this.#ready.reject(
      new Error(this.#lastError || "It ended before it was ready"),
    );
  }
}

const FALLBACK = "/lib/std/cli/parse_args.ts";
const LOOPBACK = "127.0.0.1";
/** The flags that pass on this process' permissions to a child. */
export function inheritedFlags(): string[] {
  const flags = ["--no-prompt"];
  const parser = import.meta.resolve("@std/cli/parse-args");
  if (parser.endsWith(FALLBACK)) {
    const map = new URL("../import_map.json", parser);
    flags.push(`--import-map=${map.href}`);
  }
  const root = import.meta.dirname;
  return [
    ...flags,
    ...grantedFlags({
      read: root === undefined ? [] : [`${root}/../../..`],
      net: [LOOPBACK],
      ffi: libraryPaths(),
    }),
  ];
}

function libraryPaths(): string[] {
  return [
    ...new Set([
      ...requiredLibraries("pipe"),
      ...requiredLibraries("anonymous-pipe"),
      ...requiredLibraries("mailslot", ["overlapped-mailslot"]),
      ...requiredLibraries("shared-memory"),
      ...requiredLibraries("file-mapping"),
      ...requiredLibraries("message"),
      ...requiredLibraries("rpc"),
    ]),
  ];
}
