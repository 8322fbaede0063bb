import { isUtf8 } from "node:buffer";
import { ByteText, untilLastNuls } from "./bytes.ts";
import { columns } from "./columns.ts";
import type { GlobalOptions } from "../arguments/global_options.ts";
import type { Environment } from "../environment.ts";
import { jsonMessages } from "./json_messages.ts";
import { joinedLines } from "./lines.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The most memory that a printer keeps, in bytes. */
const MAX_ROOM = 1048576;

/** Printed once for each command. */
const warnedOfEncoding = new WeakSet<Environment>();

/** Prints data in the format of the options. */
export class Printer {
  readonly #env: Environment;
  readonly #common: GlobalOptions;
  readonly #bytes: ByteText;
  readonly #whole: boolean;
  /** Memory for lines of JSON. */
  #room: Uint8Array | undefined;

  /**
   * Prints to the stdout of `env`. Text ends before the NULs at its end, which
   * programs in C send, unless `whole`.
   */
  constructor(env: Environment, common: GlobalOptions, whole = false) {
    this.#whole = whole;
    this.#env = env;
    this.#common = common;
    this.#bytes = new ByteText(common);
  }

  /** Prints a received message. */
  async message(bytes: Uint8Array, fields: Fields = {}): Promise<void> {
    const { json, format } = this.#common;
    if (json) return await this.event("message", this.fields(bytes, fields));
    switch (format) {
      case "raw":
        return await this.#env.out(bytes);
      case "hex":
        return await this.#env.out(`${bytes.toHex()}\n`);
      case "text":
        return await this.#env.out(`${this.#text(bytes)}\n`);
    }
  }

  /** Prints messages that arrived together, in one write. */
  async messages(
    messages: readonly Uint8Array[],
    fields: Fields = {},
  ): Promise<void> {
    if (messages.length === 0) return;
    const { json, format } = this.#common;
    if (json) {
      const at = now();
      const { encoding } = this.#common;
      if (
        format === "text" && encoding === "utf-8" &&
        isUtf8(joinedLines(messages))
      ) {
        return await this.#jsonMessages(messages, { ...fields, at });
      }
      const lines = messages.map((bytes) =>
        this.#line("message", this.fields(bytes, { ...fields, at }))
      );
      return await this.#env.out(lines.join(""));
    }
    if (format === "text") return await this.#env.out(this.#lines(messages));
    for (const bytes of messages) await this.message(bytes, fields);
  }

  /**
   * Uses memory that the next call reuses, because allocating takes longer than
   * everything else. A call during another one allocates its own.
   */
  async #jsonMessages(
    messages: readonly Uint8Array[],
    fields: Fields,
  ): Promise<void> {
    let room = this.#room;
    this.#room = undefined;
    const allocate = (size: number) => {
      if (room === undefined || room.byteLength < size) {
        room = new Uint8Array(size);
      }
      return room;
    };
    await this.#env.out(jsonMessages(messages, fields, this.#whole, allocate));
    if (room !== undefined && room.byteLength <= MAX_ROOM) this.#room = room;
  }

  /** Prints an event, with `--json` only. */
  async event(event: string, fields: Fields = {}): Promise<void> {
    if (!this.#common.json) return;
    await this.#env.out(this.#line(event, fields));
  }

  /** Prints a list, up to --count: a table, or with `--json` events. */
  async list<T extends object>(
    event: string,
    items: readonly T[],
    row: (item: T) => readonly string[],
    head?: readonly string[],
  ): Promise<void> {
    const { json, count } = this.#common;
    const shown = items.slice(0, count);
    if (json) {
      const lines = shown.map((item) =>
        this.#line(event, { ...item as object })
      );
      await this.#env.out(lines.join(""));
    } else {
      const rows = shown.map(row);
      await this.#env.out(columns(head === undefined ? rows : [head, ...rows]));
    }
  }

  #line(event: string, fields: Fields): string {
    const { at = now(), ...rest } = fields;
    return `${JSON.stringify({ event, ...rest, at })}\n`;
  }

  #lines(messages: readonly Uint8Array[]): Uint8Array | string {
    if (this.#common.encoding !== "utf-8") {
      return messages.map((bytes) => `${this.#text(bytes)}\n`).join("");
    }
    // In UTF-8, a line end also ends a broken sequence, so that many lines are
    // one text; a text without one is printed unchanged.
    // Few have NULs at the end, and a check is faster than cutting.
    const padded = !this.#whole && someEndWithNul(messages);
    const lines = joinedLines(padded ? messages.map(untilLastNuls) : messages);
    if (isUtf8(lines)) return lines;
    this.#warnOfEncoding();
    return this.#bytes.wholeText(lines);
  }

  /** The fields of a message: its text (or hex), and its size. */
  fields(bytes: Uint8Array, fields: Fields = {}): Fields {
    const shown = this.#common.format === "hex"
      ? { hex: bytes.toHex() }
      : { text: this.#text(bytes) };
    return { ...shown, bytes: bytes.byteLength, ...fields };
  }

  #text(bytes: Uint8Array): string {
    if (this.#whole) return this.#bytes.wholeText(bytes);
    const text = this.#bytes.text(bytes);
    const lossy = text.includes("\ufffd") && !this.#bytes.isText(bytes);
    if (lossy) this.#warnOfEncoding();
    return text;
  }

  #warnOfEncoding(): void {
    const { encoding, quiet } = this.#common;
    if (quiet || warnedOfEncoding.has(this.#env)) return;
    warnedOfEncoding.add(this.#env);
    this.#env.log(
      `Some bytes are not ${encoding} and are shown as U+FFFD: --hex shows them`,
    );
  }
}

/** A loop costs less than a callback for each line, of which there are many. */
function someEndWithNul(messages: readonly Uint8Array[]): boolean {
  for (const bytes of messages) if (bytes[bytes.length - 1] === 0) return true;
  return false;
}

/** The time, to the microsecond: `2026-01-31T12:00:00.123456Z`. */
export function now(): string {
  const time = performance.timeOrigin + performance.now();
  const micros = Math.floor(time * 1000) % 1000;
  const text = new Date(Math.floor(time)).toISOString();
  return text.replace("Z", `${String(micros).padStart(3, "0")}Z`);
}
