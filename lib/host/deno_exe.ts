import { dirname } from "node:path";
import { type Cache, DENO_VERSION, removeTree } from "./cache.ts";
import { download, verify } from "./download.ts";
import { HostError, messageOf } from "./errors.ts";
import { lastWords, runTool, type ToolResult } from "./process.ts";
import { megabytes, type Progress } from "./progress.ts";

const PACKAGE = `@deno/win32-x64@${DENO_VERSION}`;
const INTEGRITY =
  "sha512-LkcERsH0olOgevg9L9eootSr1U8ydyfnX1bS3mFqU+lGBeTYtlec5b/QF473WUOGVgPlWECrkxi4As5kEaFOzg==";

/**
 * Puts Windows Deno into the cache: from npm as this machine has it
 * configured, checked against its published checksum before it is unpacked.
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
    const archive = `${cache.dir}/deno-${DENO_VERSION}.tgz`;
    const url = await publishedTarball();
    await fetchArchive(url, archive, (text) => step.update(text));
    step.update("unpacking");
    await unpack(cache, archive);
    await removeTree(archive);
    step.done();
  } finally {
    step.drop();
  }
}

async function publishedTarball(): Promise<string> {
  const result = await npm(["view", PACKAGE, "dist", "--json"]);
  if (result.code !== 0) {
    throw new HostError(
      `Cannot ask npm for ${PACKAGE}. Check the network and try ` +
        `"npm view ${PACKAGE} dist"\n${lastWords(result)}`,
    );
  }
  const dist = JSON.parse(result.stdout) as Record<string, unknown>;
  if (dist.integrity !== INTEGRITY) {
    throw new HostError(
      `npm offers another ${PACKAGE} than the one known here\n` +
        `  expected ${INTEGRITY}\n  offered  ${dist.integrity}`,
    );
  }
  return String(dist.tarball);
}

async function fetchArchive(
  url: string,
  archive: string,
  onProgress: (text: string) => void,
): Promise<void> {
  try {
    await download(url, archive, {
      integrity: INTEGRITY,
      onProgress: (received, total) =>
        onProgress(
          `${megabytes(received)}${total ? ` of ${megabytes(total)}` : ""}`,
        ),
    });
  } catch (error) {
    if (error instanceof HostError) throw error;
    // npm may know a proxy, a certificate or a token that Deno does not.
    onProgress("downloading with npm");
    await packWithNpm(archive, messageOf(error));
  }
}

async function packWithNpm(archive: string, reason: string): Promise<void> {
  const dir = await Deno.makeTempDir({ dir: dirname(archive), prefix: "npm-" });
  try {
    const result = await npm([
      "pack",
      PACKAGE,
      "--json",
      "--pack-destination",
      dir,
    ]);
    if (result.code !== 0) {
      throw new HostError(
        `Cannot download ${PACKAGE}: ${reason}. Check the network and try ` +
          `"npm pack ${PACKAGE}"\n${lastWords(result)}`,
      );
    }
    const [entry] = JSON.parse(result.stdout) as { filename: string }[];
    const file = `${dir}/${entry?.filename.split("/").at(-1)}`;
    await verify(file, INTEGRITY);
    await Deno.rename(file, archive);
  } finally {
    await removeTree(dir);
  }
}

async function unpack(cache: Cache, archive: string): Promise<void> {
  const folder = dirname(cache.denoExe);
  const partial = `${folder}.partial`;
  await removeTree(partial);
  await Deno.mkdir(partial, { recursive: true });
  const result = await runTool("tar", {
    args: ["-xzf", archive, "-C", partial, "--strip-components=1"],
  });
  if (result.code !== 0) {
    throw new HostError(`Cannot unpack "${archive}"\n${lastWords(result)}`);
  }
  await Deno.chmod(`${partial}/deno.exe`, 0o755);
  await removeTree(folder);
  await Deno.rename(partial, folder);
}

async function npm(args: string[]): Promise<ToolResult> {
  try {
    return await runTool("npm", { args, timeout: 600_000 });
  } catch {
    throw new HostError(
      "npm is needed to get Windows Deno: install it " +
        '("sudo apt-get install npm") and try again',
    );
  }
}
