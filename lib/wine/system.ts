import { statfs } from "node:fs/promises";
import { HostError } from "./errors.ts";
import type { Missing } from "./ready.ts";

/** The properties of a machine for {@linkcode checkSystem}. */
export interface System {
  os: string;
  arch: string;
}

const ROOT_BYTES = 1.5e9;
const PREFIX_BYTES = 1.1e9;
const DENO_BYTES = 0.3e9;

/** @throws {HostError} If Windows programs cannot run here. */
export function checkSystem({ os, arch }: System = Deno.build): void {
  if (os === "linux" && arch === "x86_64") return;
  throw new HostError(
    "winipc runs on Windows, and on Linux (x86_64) through Wine, " +
      `not on ${os} (${arch})`,
  );
}

/** The disk space in bytes that the missing steps need. */
export function neededBytes(missing: Missing): number {
  return (missing.root ? ROOT_BYTES : 0) +
    (missing.prefix ? PREFIX_BYTES : 0) +
    (missing.denoExe ? DENO_BYTES : 0);
}

/**
 * @throws {HostError} When the disk of `dir` has less than `needed` bytes.
 */
export async function checkDisk(
  dir: string,
  needed: number,
  free: (dir: string) => Promise<number> = freeBytes,
): Promise<void> {
  const available = await free(dir);
  if (available >= needed) return;
  throw new HostError(
    `"${dir}" has ${gigabytes(available)} free and the set-up takes ` +
      `${gigabytes(needed)}: make room, or set WINIPC_CACHE to a folder on ` +
      "another disk",
  );
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
