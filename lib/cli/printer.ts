import { ByteText } from "./bytes.ts";
import type { Common } from "./common.ts";
import type { Environment } from "./environment.ts";

/** Further fields of an event. */
export type Fields = Readonly<Record<string, unknown>>;

/** Prints data as the options say. */
export class Printer {
  readonly #env: Environment;
  readonly #common: Common;
  readonly #bytes: ByteText;

  /** Prints to the stdout of `env`. */
  constructor(env: Environment, common: Common) {
    this.#env = env;
    this.#common = common;
    this.#bytes = new ByteText(common);
  }

  /** Prints a message that has arrived. */
  async message(bytes: Uint8Array, fields: Fields = {}): Promise<void> {
    const { json, format } = this.#common;
    if (json) return await this.event("message", this.fields(bytes, fields));
    switch (format) {
      case "raw":
        return await this.#env.out(bytes);
      case "hex":
        return await this.#env.out(`${bytes.toHex()}\n`);
      case "text":
        return await this.#env.out(`${this.#bytes.text(bytes)}\n`);
    }
  }

  /** Prints an event, with `--json` only. */
  async event(event: string, fields: Fields = {}): Promise<void> {
    if (!this.#common.json) return;
    const { at = now(), ...rest } = fields;
    await this.#env.out(`${JSON.stringify({ event, ...rest, at })}\n`);
  }

  /** The fields that tell of a message: its text (or hex), and its size. */
  fields(bytes: Uint8Array, fields: Fields = {}): Fields {
    const shown = this.#common.format === "hex"
      ? { hex: bytes.toHex() }
      : { text: this.#bytes.text(bytes) };
    return { ...shown, bytes: bytes.byteLength, ...fields };
  }
}

/** The time, to the microsecond: `2026-01-31T12:00:00.123456Z`. */
export function now(): string {
  const time = performance.timeOrigin + performance.now();
  const micros = Math.floor(time * 1000) % 1000;
  const text = new Date(Math.floor(time)).toISOString();
  return text.replace("Z", `${String(micros).padStart(3, "0")}Z`);
}
