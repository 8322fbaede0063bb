import { createHash } from "node:crypto";
import { removeTree, renameNew, statOf } from "./cache.ts";
import { HostError, messageOf } from "./errors.ts";

/** Options for {@linkcode download}. */
export interface DownloadOptions {
  /** The published checksum, `sha512-<base64>`. */
  integrity: string;
  /** Called as bytes arrive; `total` is 0 when the server does not say. */
  onProgress?: (received: number, total: number) => void;
  /** Fails when nothing arrives for this many ms. @default {30_000} */
  stallTimeout?: number;
}

/**
 * Downloads `url` into `file`, which exists only when it is complete and its
 * checksum is right. The part of an interrupted download in `file.partial` is
 * continued.
 *
 * @throws {HostError} When the checksum is wrong; the file is then deleted.
 * @throws {Error} When the network fails; the downloaded part stays.
 */
export async function download(
  url: string,
  file: string,
  options: DownloadOptions,
): Promise<void> {
  const partial = `${file}.partial`;
  await receive(url, partial, options);
  await verify(partial, options.integrity);
  await renameNew(partial, file);
}

/**
 * Compares a file with its checksum and removes it when they differ.
 *
 * @throws {HostError} When they differ.
 */
export async function verify(file: string, integrity: string): Promise<void> {
  const hash = createHash("sha512");
  using source = await Deno.open(file);
  for await (const chunk of source.readable) hash.update(chunk);
  const actual = `sha512-${hash.digest("base64")}`;
  if (actual === integrity) return;
  await removeTree(file);
  throw new HostError(
    `"${file}" is not what was published and has been removed\n` +
      `  expected ${integrity}\n  received ${actual}\nTry again`,
  );
}

async function receive(
  url: string,
  partial: string,
  options: DownloadOptions,
): Promise<void> {
  const { onProgress, stallTimeout = 30_000 } = options;
  const had = statOf(partial)?.size ?? 0;
  const abort = new AbortController();
  const stalled = new DOMException("Nothing arrives", "TimeoutError");
  let timer = setTimeout(() => abort.abort(stalled), stallTimeout);
  try {
    const headers = had > 0 ? { range: `bytes=${had}-` } : {};
    const response = await fetch(url, { headers, signal: abort.signal });
    // 416: the part is already complete, or of another file; the checksum
    // decides.
    if (response.status === 416) return await response.body?.cancel();
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`The server answered ${response.status}`);
    }
    let received = response.status === 206 ? had : 0;
    const total = received + Number(response.headers.get("content-length"));
    using file = await Deno.open(partial, {
      create: true,
      write: true,
      append: received > 0,
      truncate: received === 0,
    });
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(stalled), stallTimeout);
      await writeAll(file, chunk);
      received += chunk.length;
      onProgress?.(received, total);
    }
  } catch (error) {
    throw new Error(`The download broke: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await file.write(bytes.subarray(at));
  }
}
