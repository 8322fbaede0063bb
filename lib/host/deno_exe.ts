import { dirname } from "node:path";
import { type Cache, DENO_VERSION } from "./cache.ts";
import { installPackage } from "./npm_package.ts";
import type { Progress } from "./progress.ts";

const PACKAGE = {
  name: "@deno/win32-x64",
  version: DENO_VERSION,
  integrity:
    "sha512-LkcERsH0olOgevg9L9eootSr1U8ydyfnX1bS3mFqU+lGBeTYtlec5b/QF473WUOGVgPlWECrkxi4As5kEaFOzg==",
};

/**
 * Puts Windows Deno into the cache.
 *
 * @throws {HostError} When npm is missing, the network fails or the checksum
 * is another one.
 */
export async function installDenoExe(
  cache: Cache,
  progress: Progress,
): Promise<void> {
  const step = progress.step(`Windows Deno ${DENO_VERSION}`, "asking npm");
  try {
    await installPackage(PACKAGE, dirname(cache.denoExe), {
      onProgress: (text) => step.update(text),
      executables: ["deno.exe"],
    });
    step.done();
  } finally {
    step.drop();
  }
}
