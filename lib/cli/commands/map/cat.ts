import { mapFile } from "../../../file_mapping/mod.ts";
import type { Environment } from "../../environment.ts";
import type { MapCat } from "./spec.ts";
import { checkRange } from "../../arguments/check_range.ts";
import { Printer } from "../../text/printer.ts";

const CHUNK = 2 ** 20;

export async function run(
  { file, offset, length, common }: MapCat,
  env: Environment,
): Promise<void> {
  using mapping = mapFile(file);
  checkRange(`"${file}"`, mapping.size, offset, length ?? 0);
  const end = offset + (length ?? mapping.size - offset);
  const page = new Page(common, env);
  for (let at = offset; at < end; at += CHUNK) {
    env.signal.throwIfAborted();
    const bytes = mapping.read(at, Math.min(CHUNK, end - at));
    await page.print(bytes, { file, offset: at, last: at + CHUNK >= end });
  }
}

interface Place {
  readonly file: string;
  readonly offset: number;
  readonly last: boolean;
}

/** Prints a file in pieces; a character may span two of them. */
class Page {
  readonly #common: MapCat["common"];
  readonly #env: Environment;
  readonly #decoder: TextDecoder;

  constructor(common: MapCat["common"], env: Environment) {
    this.#common = common;
    this.#env = env;
    this.#decoder = new TextDecoder(common.encoding, { ignoreBOM: true });
  }

  async print(bytes: Uint8Array, { file, offset, last }: Place): Promise<void> {
    const { format, json } = this.#common;
    if (format === "raw") return await this.#env.out(bytes);
    const shown = format === "hex"
      ? bytes.toHex()
      : this.#decoder.decode(bytes, { stream: !last });
    if (json) {
      return await new Printer(this.#env, this.#common).event("message", {
        [format]: shown,
        bytes: bytes.byteLength,
        file,
        offset,
      });
    }
    const open = last && !shown.endsWith("\n");
    await this.#env.out(open ? `${shown}\n` : shown);
  }
}
