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
  const printer = new Printer(env, common);
  const { encoding, format, json } = common;
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for (let at = offset; at < end; at += CHUNK) {
    env.signal.throwIfAborted();
    const bytes = mapping.read(at, Math.min(CHUNK, end - at));
    if (format === "raw") {
      await env.out(bytes);
      continue;
    }
    const last = at + CHUNK >= end;
    // A character may span two pieces.
    const shown = format === "hex"
      ? bytes.toHex()
      : decoder.decode(bytes, { stream: !last });
    if (json) {
      const fields = { bytes: bytes.byteLength, file, offset: at };
      await printer.event("message", { [format]: shown, ...fields });
    } else await env.out(last && !shown.endsWith("\n") ? `${shown}\n` : shown);
  }
}
