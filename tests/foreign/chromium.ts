/**
 * A headless Chromium for tests on Linux: the one on the PATH, else Debian's,
 * which is installed where that is allowed.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix
import { chromium, type Page } from "npm:playwright-core@1.64.1";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];
const INSTALL = [
  "-o",
  "DPkg::Lock::Timeout=300",
  "install",
  "-y",
  "--no-install-recommends",
  "chromium",
];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A page of a browser of its own, which ends with it. */
export interface OwnPage extends AsyncDisposable {
  readonly page: Page;
}

/** Opens an empty page in a new browser without a past. */
export async function openPage(): Promise<OwnPage> {
  const profile = await Deno.makeTempDir({ prefix: "winipc-chromium-" });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await program(),
    headless: true,
    args: FLAGS,
    viewport: { width: 1500, height: 950 },
  });
  return {
    page: context.pages()[0] ?? await context.newPage(),
    async [Symbol.asyncDispose]() {
      await context.close();
      await Deno.remove(profile, { recursive: true });
    },
  };
}

async function program(): Promise<string> {
  const found = await onPath();
  if (found !== undefined) return found;
  const said = await install();
  const installed = await onPath();
  if (installed !== undefined) return installed;
  throw new Error(
    `There is no Chromium: type "sudo apt-get install chromium" (${said})`,
  );
}

async function onPath(): Promise<string | undefined> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const name of PROGRAMS) {
    for (const folder of folders) {
      const path = `${folder}/${name}`;
      if ((await Deno.stat(path).catch(() => undefined))?.isFile) return path;
    }
  }
  return undefined;
}

/** The last words of what could not install it. */
async function install(): Promise<string> {
  let said = await apt(INSTALL);
  if (said !== "") {
    await apt(["update"]);
    said = await apt(INSTALL);
  }
  return said;
}

async function apt(args: string[]): Promise<string> {
  const sudo = Deno.uid() === 0 ? [] : ["sudo", "-n"];
  const [file, ...rest] = [
    ...sudo,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    ...args,
  ];
  const { success, stderr } = await new Deno.Command(file!, {
    args: rest,
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stderr).trim();
  return success ? "" : text.split("\n").at(-1) ?? "apt-get failed";
}
