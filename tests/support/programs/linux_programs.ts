/**
 * Programs of Linux that tests talk to: they run beside Wine, on the same
 * network. What cannot be got is left out, and its tests say so.
 *
 * @module
 */

import { dirname } from "node:path";
import { statOf } from "../../../lib/wine/cache.ts";
import { runTool } from "../../../lib/wine/process.ts";
import { findOnPath } from "../../../lib/wine/runtime.ts";

/** Another installation may be under way. */
const WAITING = ["-o", "DPkg::Lock::Timeout=300"];
const INSTALL = ["install", "-y", "--no-install-recommends"];
const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"];

/** The variables that name them. */
export async function linuxPrograms(
  folder: string,
): Promise<Record<string, string>> {
  if (Deno.build.os !== "linux") return {};
  const nats = await natsServer(folder);
  const chromium = await browser();
  return {
    ...nats !== undefined && { WINIPC_TEST_NATS_SERVER: nats },
    ...chromium !== undefined && { WINIPC_TEST_CHROMIUM: chromium },
  };
}

/** Debian's package, unpacked where it needs no installation. */
async function natsServer(folder: string): Promise<string | undefined> {
  const installed = findOnPath("nats-server");
  if (installed !== undefined) return installed;
  const home = `${folder}/nats-server`;
  const program = `${home}/usr/sbin/nats-server`;
  if (statOf(program)?.isFile) return program;
  if (!findOnPath("apt-get") || !findOnPath("dpkg")) return undefined;
  const parts = `${home}.parts`;
  await Deno.mkdir(parts, { recursive: true });
  const download = () =>
    runTool("sh", {
      args: ["-c", `cd "$0" && apt-get download nats-server`, parts],
    });
  if ((await download()).code !== 0) {
    await asRoot(["apt-get", "update"]);
    if ((await download()).code !== 0) return undefined;
  }
  const unpacked = await runTool("sh", {
    args: ["-c", `dpkg -x "$0"/nats-server_*.deb "$0"/files`, parts],
  });
  if (unpacked.code !== 0) return undefined;
  await Deno.mkdir(dirname(home), { recursive: true });
  await Deno.rename(`${parts}/files`, home);
  await Deno.remove(parts, { recursive: true });
  return statOf(program)?.isFile ? program : undefined;
}

/** A Chromium: the one on the PATH, else Debian's where it may be installed. */
export async function browser(): Promise<string | undefined> {
  const installed = () =>
    CHROMIUM.map(findOnPath).find((path) => path !== undefined);
  const install = () => asRoot(["apt-get", ...WAITING, ...INSTALL, "chromium"]);
  if (installed() !== undefined || !findOnPath("apt-get")) return installed();
  await install();
  if (installed() === undefined) {
    await asRoot(["apt-get", ...WAITING, "update"]);
    await install();
  }
  return installed();
}

/** Runs a tool as root where that takes no password, and gives up where it does. */
async function asRoot(command: string[]): Promise<void> {
  const sudo = Deno.uid() === 0 ? [] : ["sudo", "-n"];
  if (sudo.length > 0 && !findOnPath("sudo")) return;
  const [tool, ...args] = [
    ...sudo,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    ...command,
  ];
  await runTool(tool!, { args });
}
