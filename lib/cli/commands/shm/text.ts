import type { MappedMemory } from "../../../../mod.ts";
import { untilNul } from "../../text/bytes.ts";

const CHUNK = 65536;

/** The bytes from `offset` up to the first NUL, without reading further. */
export async function textBytes(
  memory: MappedMemory,
  offset: number,
  encoding: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let at = offset; at < memory.size; at += CHUNK) {
    const chunk = memory.read(at, Math.min(CHUNK, memory.size - at));
    const text = untilNul(chunk, encoding);
    chunks.push(chunk.subarray(0, text.byteLength));
    if (text.byteLength < chunk.byteLength) break;
  }
  return await new Blob(chunks).bytes();
}
