import { debianMirrors, readAptSources } from "./apt_sources.ts";
import { type Cache, readText, removeTree, statOf } from "./cache.ts";
import { HostError } from "./errors.ts";
import { DEBIAN_KEYS, debianKeys, needTools } from "./packages.ts";
import { lastLines, runTool, type ToolResult, untar } from "./process.ts";
import type { Progress, Step } from "./progress.ts";
import { ROOT_RECIPE, STAMP } from "./ready.ts";

const SUITE = "trixie";
const EXCLUDED = [
  "/usr/share/doc/*",
  "/usr/share/man/*",
  "/usr/share/info/*",
  "/usr/share/locale/*",
  // The 32-bit half of Wine: Windows Deno is a 64-bit program.
  "/usr/lib/x86_64-linux-gnu/wine/i386-windows/*",
];

/**
 * Creates the private Debian 13 root with Wine in the cache, from the mirror
 * that this machine's own apt uses.
 *
 * @throws {HostError} When tools or a mirror are missing, or it fails.
 */
export async function installDebianRoot(
  cache: Cache,
  progress: Progress,
): Promise<void> {
  const asRoot = Deno.uid() === 0;
  const tools = ["mmdebstrap", DEBIAN_KEYS, "bwrap", "setpriv"];
  await needTools(
    asRoot ? tools : [...tools, "newuidmap"],
    progress,
    "Wine 10 or newer on the PATH",
  );
  await needNamespaces();
  if (!asRoot) await needSubordinateIds();
  const mirrors = await findMirrors();
  const step = progress.step("Wine in a private Debian 13", "about 300 MB");
  try {
    let result: ToolResult | undefined;
    for (const mirror of mirrors) {
      result = await build(cache, mirror, asRoot, step);
      if (result.code === 0) break;
    }
    if (result?.code !== 0) {
      throw new HostError(
        "Cannot make the private Debian 13. Check the network, or put Wine " +
          `10 or newer on the PATH\n${lastLines(result!)}`,
      );
    }
    step.done();
  } finally {
    step.drop();
  }
}

/**
 * Wine runs in a mount namespace of the private Debian, which a container or the
 * system may forbid: known before the download. `bwrap` makes it.
 *
 * @throws {HostError} When it is forbidden.
 */
export async function needNamespaces(bwrap = "bwrap"): Promise<void> {
  const result = await runTool(bwrap, { args: ["--bind", "/", "/", "true"] });
  if (result.code === 0) return;
  throw new HostError(
    "Programs may not make a namespace here, which the private Debian 13 " +
      "needs. Put Wine 10 or newer on the PATH (Debian 13 has it), or allow " +
      `namespaces, for Docker with "--privileged"\n${lastLines(result)}`,
  );
}

/** Without root, the files of a Debian take ids that this user may use. */
async function needSubordinateIds(): Promise<void> {
  const user = (await runTool("id", { args: ["-un"] })).stdout.trim();
  const uids = readText("/etc/subuid") ?? "";
  const owners = uids.split("\n").map((line) => line.split(":")[0]);
  if (owners.includes(user) || owners.includes(String(Deno.uid()))) return;
  const ids = freeIds(`${uids}\n${readText("/etc/subgid") ?? ""}`);
  throw new HostError(
    `User "${user}" has no subordinate ids. Type this command, or put Wine ` +
      "10 or newer on the PATH, then try again:\n  sudo usermod " +
      `--add-subuids ${ids} --add-subgids ${ids} ${user}`,
  );
}

/** Ids that no user has, by the lines of /etc/subuid and /etc/subgid. */
export function freeIds(lines: string): string {
  const ends = lines.split("\n").map((line) => {
    const [, first, count] = line.split(":");
    return Number(first) + Number(count);
  });
  const first = Math.max(100_000, ...ends.filter(Number.isInteger));
  return `${first}-${first + 65_535}`;
}

async function findMirrors(): Promise<string[]> {
  const own = Deno.env.get("WINIPC_DEBIAN_MIRROR");
  if (own) return [own];
  const mirrors = debianMirrors(await readAptSources());
  if (mirrors.length > 0) return mirrors;
  throw new HostError(
    "No Debian mirror in this machine's apt sources. Set " +
      "WINIPC_DEBIAN_MIRROR to one, or put Wine 10 or newer on the PATH",
  );
}

async function build(
  cache: Cache,
  mirror: string,
  asRoot: boolean,
  step: Step,
): Promise<ToolResult> {
  // A name for this process: helpers of an interrupted set-up may still be
  // writing to theirs.
  const partial = `${cache.root}.partial-${Deno.pid}`;
  const archive = `${partial}.tar`;
  await removeLeftovers(cache);
  const result = await runTool("setpriv", {
    // An interrupted set-up must leave no process that writes to the cache.
    args: [
      "--pdeathsig",
      "KILL",
      ...mmdebstrap(mirror, asRoot ? partial : archive),
    ],
    // mmdebstrap unpacks about 1.3 GB there, and /tmp is often in memory.
    env: { TMPDIR: Deno.env.get("TMPDIR") || "/var/tmp" },
    onLine: (line) => {
      const text = line.match(/^I: (.*?)\.*$/)?.[1];
      if (text) step.update(text);
    },
  });
  if (result.code !== 0) return result;
  // Without root, files of other users could not be removed again: unpack them
  // as this user's.
  if (!asRoot) {
    const unpacked = await unpack(archive, partial);
    if (unpacked.code !== 0) return unpacked;
  }
  await prepare(partial);
  await removeTree(cache.root);
  await Deno.rename(partial, cache.root);
  return result;
}

async function removeLeftovers(cache: Cache): Promise<void> {
  for await (const { name } of Deno.readDir(cache.dir)) {
    if (!name.startsWith("root.partial-")) continue;
    // The next set-up removes the rest.
    await removeTree(`${cache.dir}/${name}`).catch(() => {});
  }
}

function mmdebstrap(mirror: string, target: string): string[] {
  return [
    "mmdebstrap",
    `--mode=${Deno.uid() === 0 ? "root" : "unshare"}`,
    "--variant=apt",
    "--architectures=amd64",
    "--include=wine,wine64,libwine",
    '--aptopt=APT::Install-Recommends "false"',
    ...EXCLUDED.map((path) => `--dpkgopt=path-exclude=${path}`),
    ...trustingDebian(),
    SUITE,
    target,
    mirror,
  ];
}

/**
 * mmdebstrap trusts the keys of this machine's apt, and looks further only if
 * `gpg` is installed. The keys take the place of the file `trusted`, which may
 * have that of a mirror.
 */
export function trustingDebian(
  keys: string | undefined = debianKeys(),
  trusted = "/etc/apt/trusted.gpg",
): string[] {
  return keys === undefined || statOf(trusted) ? [] : [`--keyring=${keys}`];
}

async function unpack(archive: string, into: string): Promise<ToolResult> {
  const result = await untar(archive, into, "--exclude=./dev/*");
  await removeTree(archive);
  return result;
}

/** Mount points for the machine's own files, and the stamp last. */
async function prepare(root: string): Promise<void> {
  await Deno.mkdir(`${root}/host`, { recursive: true });
  for (const name of ["resolv.conf", "hosts"]) {
    await removeTree(`${root}/etc/${name}`);
    await Deno.writeTextFile(`${root}/etc/${name}`, "");
  }
  await Deno.writeTextFile(`${root}/${STAMP}`, `${ROOT_RECIPE}\n`);
}
