import { dirname } from "node:path";
import type { Cache } from "./cache.ts";
import { DENO_INTEGRITY, DENO_VERSION } from "./deno_version.ts";
import { installPackage } from "./npm_package.ts";
import { alignProgram } from "./page_align.ts";
import type { Progress } from "./progress.ts";

const PACKAGE = {
  name: "@deno/win32-x64",
  version: DENO_VERSION,
  integrity: DENO_INTEGRITY,
};

/**
 * Installs Windows Deno into the cache, laid out so that Wine can map it.
 *
 * @throws {HostError} When npm is missing, the network fails or the checksum
 * differs.
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
