import type { Cache } from "./cache.ts";
import { HostError, messageOf } from "./errors.ts";

/**
 * Runs `action` while no other process does so in this cache. The system owns
 * the lock: it ends with the process, in any case.
 *
 * @throws {HostError} When the cache folder cannot be created.
 */
export async function withLock<T>(
  cache: Cache,
  onWait: () => void,
  action: () => Promise<T>,
): Promise<T> {
  using file = await openLock(cache);
  if (!await file.tryLock(true)) {
    onWait();
    await file.lock(true);
  }
  try {
    return await action();
  } finally {
    await file.unlock();
  }
}

async function openLock(cache: Cache): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(cache.dir, { recursive: true });
    return await Deno.open(cache.lock, { create: true, write: true });
  } catch (error) {
    throw new HostError(
      `Cannot write to the cache "${cache.dir}": ${messageOf(error)}\n` +
        "Set WINIPC_CACHE to a folder of yours on a disk with 3 GB free",
    );
  }
}
