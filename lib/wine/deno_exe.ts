import { dirname } from "node:path";
import { type Cache, removeTree, renameNew } from "./cache.ts";
import { DENO_INTEGRITY, DENO_VERSION } from "./deno_version.ts";
import { HostError } from "./errors.ts";
import { fetchPackage } from "./npm_package.ts";
import { alignProgram } from "./page_align.ts";
import { lastLines, untar } from "./process.ts";
import type { Progress } from "./progress.ts";

const PACKAGE = {
  name: "@deno/win32-x64",
  version: DENO_VERSION,
  integrity: DENO_INTEGRITY,
};

/** The programs that {@linkcode installDenoExe} needs besides npm; GNU tar runs gzip. */
export const UNPACKING_TOOLS = ["tar", "gzip"];

/**
 * Installs Windows Deno into the cache, laid out so that Wine can map it. Its
 * folder exists only when it is complete.
 *
 * @throws {HostError} When npm is missing, the network fails, the
 * checksum differs, or it cannot be unpacked.
 */
export async function installDenoExe(
  cache: Cache,
  progress: Progress,
): Promise<void> {
  const step = progress.step(`Windows Deno ${DENO_VERSION}`, "asking npm");
  const folder = dirname(cache.denoExe);
  const archive = `${folder}.tgz`;
  const partial = `${folder}.partial`;
  try {
    await fetchPackage(PACKAGE, archive, (text) => step.update(text));
    step.update("unpacking");
    await unpack(archive, partial);
    step.update("laying out for Wine");
    await alignProgram(`${partial}/deno.exe`);
    await removeTree(folder);
    await renameNew(partial, folder);
    await removeTree(archive);
    step.done();
  } finally {
    step.drop();
  }
}

/** Unpacks the files of npm's archive, which are in its folder `package`. */
async function unpack(archive: string, folder: string): Promise<void> {
  await removeTree(folder);
  const result = await untar(archive, folder, "--strip-components=1");
  if (result.code !== 0) {
    throw new HostError(
      `Cannot unpack "${archive}". Make room on its disk, or remove the file, ` +
        `and try again\n${lastLines(result)}`,
    );
  }
  await Deno.chmod(`${folder}/deno.exe`, 0o755);
}
