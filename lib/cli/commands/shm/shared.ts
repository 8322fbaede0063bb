import { abortable } from "../../connection/abort.ts";
import { MAX_DELAY } from "../../connection/inactivity_timeout.ts";
import type { MappedMemory } from "../../../../mod.ts";
import { untilNul } from "../../text/bytes.ts";

/** Resolves after `ms`; rejects when `signal` is aborted. */
export async function hold(ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= MAX_DELAY) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(left, MAX_DELAY));
    await abortable(promise, signal).finally(() => clearTimeout(timer));
  }
}

/** The full name of shared memory: a bare one belongs to this session. */
export function wholeName(name: string): string {
  return /^(?:Local|Global)\\/.test(name) ? name : `Local\\${name}`;
}

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
