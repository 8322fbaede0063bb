import { statOf } from "./cache.ts";
import { HostError } from "./errors.ts";
import { lastLines, runTool, type ToolResult } from "./process.ts";
import type { Progress } from "./progress.ts";
import { findOnPath } from "./runtime.ts";

/** The keys of Debian's archive, among the tools: Ubuntu does not have them. */
export const DEBIAN_KEYS = "debian-archive-keyring";

/** The Debian packages of the tools, by the name of the tool. */
const PACKAGES: Record<string, string> = {
  bwrap: "bubblewrap",
  [DEBIAN_KEYS]: "debian-archive-keyring",
  gzip: "gzip",
  mmdebstrap: "mmdebstrap",
  newuidmap: "uidmap",
  setpriv: "util-linux",
  tar: "tar",
};

const INSTALL = ["install", "-y", "--no-install-recommends"];

/**
 * Installs the Debian packages of the missing `tools`, as root or if sudo asks
 * for no password.
 *
 * @param instead What makes them unnecessary, for the message.
 * @throws {HostError} With the commands to type if it may not.
 */
export async function needTools(
  tools: string[],
  progress: Progress,
  instead?: string,
): Promise<void> {
  const packages = missingPackages(tools);
  if (packages.length === 0) return;
  const hasApt = findOnPath("apt-get") !== undefined;
  const help = advice(packages, hasApt, instead);
  const prefix = await rootPrefix();
  if (!hasApt || prefix === undefined) throw new HostError(help);
  const step = progress.step(`Debian packages ${packages.join(", ")}`);
  try {
    let result = await apt(prefix, [...INSTALL, ...packages]);
    if (result.code !== 0) {
      step.update("apt-get update");
      await apt(prefix, ["update"]);
      result = await apt(prefix, [...INSTALL, ...packages]);
    }
    if (result.code !== 0) {
      throw new HostError(`${help}\n${lastLines(result)}`);
    }
    step.done();
  } finally {
    step.drop();
  }
}

/** The packages of those `tools` that are not here. */
export function missingPackages(
  tools: string[],
  find: (tool: string) => string | undefined = findTool,
): string[] {
  return tools.filter((tool) => !find(tool)).map((tool) => PACKAGES[tool]!);
}

/** The file with the keys of Debian's archive, if it is here. */
export function debianKeys(folder = "/usr/share/keyrings"): string | undefined {
  return ["gpg", "pgp"].map((type) => `${folder}/${DEBIAN_KEYS}.${type}`)
    .find((file) => statOf(file));
}

function findTool(tool: string): string | undefined {
  return tool === DEBIAN_KEYS ? debianKeys() : findOnPath(tool);
}

function advice(
  packages: string[],
  hasApt: boolean,
  instead?: string,
): string {
  const commands = hasApt
    ? "Type these commands, then try again:\n" +
      `  sudo apt-get update\n  sudo apt-get ${INSTALL.join(" ")} ${
        packages.join(" ")
      }`
    : "Install them with this system's package manager and try again";
  const needed = packages.join(" and ") + " here" +
    (instead === undefined ? "" : `, or ${instead}`);
  return `Windows programs need ${needed}. ${commands}`;
}

async function rootPrefix(): Promise<string[] | undefined> {
  if (Deno.uid() === 0) return [];
  if (!findOnPath("sudo")) return undefined;
  const asked = await runTool("sudo", { args: ["-n", "true"] });
  return asked.code === 0 ? ["sudo", "-n"] : undefined;
}

function apt(prefix: string[], args: string[]): Promise<ToolResult> {
  const [tool, ...rest] = [
    ...prefix,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    ...args,
  ];
  return runTool(tool!, { args: rest });
}
