import { dirname } from "node:path";
import { type Cache, DENO_VERSION } from "./cache.ts";
import { installPackage } from "./npm_package.ts";
import { alignProgram } from "./page_align.ts";
import type { Progress } from "./progress.ts";

const PACKAGE = {
  name: "@deno/win32-x64",
  version: DENO_VERSION,
  integrity:
    "sha512-qRGnmVz/Ea6UWPht/S3xFRK17UZ/ls38DSVfgGB17fpASLxPkksqzWUI/BzL9YYoOknYzfc94mySGyInZu/JXw==",
};

/**
 * Puts Windows Deno into the cache, laid out so that Wine maps it.
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
      prepare: async (folder) => {
        step.update("laying out for Wine");
        await alignProgram(`${folder}/deno.exe`);
      },
    });
    step.done();
  } finally {
    step.drop();
  }
}
