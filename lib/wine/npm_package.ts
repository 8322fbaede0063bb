import { dirname } from "node:path";
import { removeTree, renameNew, statOf } from "./cache.ts";
import { download, verify } from "./download.ts";
import { HostError, messageOf } from "./errors.ts";
import { lastLines, runTool, type ToolResult } from "./process.ts";

/** An npm package in exactly one version. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** npm's checksum of it, `sha512-…`. */
  readonly integrity: string;
}

/**
 * Gets the archive of a package from npm, with this machine's configuration. The
 * file exists only when it is complete and its checksum is right, and is kept if
 * it exists. An interrupted download is continued.
 *
 * @param onProgress Called with the progress: "12 MB of 34 MB".
 * @throws {HostError} When npm is missing, the network fails or the checksum
 * differs.
 */
export async function fetchPackage(
  wanted: NpmPackage,
  archive: string,
  onProgress: (text: string) => void = () => {},
): Promise<void> {
  if (statOf(archive)) return;
  const { integrity } = wanted;
  const url = await publishedTarball(wanted);
  try {
    await download(url, archive, {
      integrity,
      onProgress: (received, total) =>
        onProgress(
          `${megabytes(received)}${total ? ` of ${megabytes(total)}` : ""}`,
        ),
    });
  } catch (error) {
    if (error instanceof HostError) throw error;
    // npm may know a proxy, a certificate or a token that Deno does not.
    onProgress("downloading with npm");
    await packWithNpm(wanted, archive, messageOf(error));
  }
}

async function publishedTarball(
  { name, version, integrity }: NpmPackage,
): Promise<string> {
  const spec = `${name}@${version}`;
  const result = await npm(["view", spec, "dist", "--json"]);
  // Before 8.13, npm prints nothing for a version that it does not find.
  if (result.code !== 0 || result.stdout.trim() === "") {
    throw new HostError(
      `Cannot ask npm for ${spec}. Check the network and try ` +
        `"npm view ${spec} dist"\n${lastLines(result)}`,
    );
  }
  // Since 12, npm prints an array, also for one result
  // (https://github.com/npm/cli/pull/9160).
  const [dist = {}] = [JSON.parse(result.stdout)].flat() as Record<
    string,
    unknown
  >[];
  if (dist.integrity !== integrity) {
    throw new HostError(
      `npm offers another ${spec} than the one known here\n` +
        `  expected ${integrity}\n  offered  ${dist.integrity}`,
    );
  }
  return String(dist.tarball);
}

async function packWithNpm(
  wanted: NpmPackage,
  archive: string,
  reason: string,
): Promise<void> {
  try {
    await withPacked([wanted], dirname(archive), async (file) => {
      await renameNew(file, archive);
    });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new HostError(
      `${error.message}\nThe download without npm: ${reason}`,
    );
  }
}

/**
 * Runs `npm pack` below `parent` once for all packages, and passes the verified
 * archives on, which are removed at the end.
 *
 * @throws {HostError} When npm is missing, the network fails or a checksum
 * differs.
 */
export async function withPacked(
  wanted: readonly NpmPackage[],
  parent: string,
  use: (file: string, packed: NpmPackage) => Promise<void>,
): Promise<void> {
  const specs = wanted.map(({ name, version }) => `${name}@${version}`);
  const dir = await Deno.makeTempDir({ dir: parent, prefix: "npm-" });
  try {
    // All versions of npm pack into the current directory, under the same names.
    // What they print differs (https://github.com/npm/cli/pull/9247).
    const result = await npm(["pack", ...specs], dir);
    if (result.code !== 0) {
      const command = `npm pack ${specs.join(" ")}`;
      throw new HostError(
        `Cannot download ${specs.join(", ")}. Check the network and try ` +
          `"${command}"\n${lastLines(result)}`,
      );
    }
    for (const one of wanted) {
      const name = one.name.replace(/^@/, "").replace("/", "-");
      const file = `${dir}/${name}-${one.version}.tgz`;
      await verify(file, one.integrity);
      await use(file, one);
    }
  } finally {
    await removeTree(dir);
  }
}

async function npm(args: string[], cwd?: string): Promise<ToolResult> {
  const options = { timeout: 600_000, ...cwd !== undefined && { cwd } };
  if (Deno.build.os !== "windows") {
    try {
      return await runTool("npm", { args, ...options });
    } catch {
      throw needsNpm("sudo apt-get install npm");
    }
  }
  // On Windows, npm is a batch file, which only the command processor runs.
  // That does not distinguish a missing program from one that fails.
  const { code } = await runTool("where", { args: ["npm"] });
  if (code !== 0) throw needsNpm("winget install OpenJS.NodeJS");
  // Without the user's AutoRun, whose output would precede that of npm.
  const line = ["/d", "/c", "npm", ...args];
  return await runTool("cmd", { args: line, ...options });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function needsNpm(command: string): HostError {
  return new HostError(
    `npm is needed here: install it ("${command}") and try again`,
  );
}
