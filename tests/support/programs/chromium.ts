/**
 * Pages of a headless Chromium for tests on Linux.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix
import { chromium, type Page } from "npm:playwright-core@1.64.1";
import { browser } from "./linux_programs.ts";

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

/** For its start and for each action, in ms. */
const TIME_LIMIT = 120_000;

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
    timeout: TIME_LIMIT,
  });
  context.setDefaultTimeout(TIME_LIMIT);
  return {
    page: context.pages()[0] ?? await context.newPage(),
    async [Symbol.asyncDispose]() {
      await context.close();
      await Deno.remove(profile, { recursive: true });
    },
  };
}

async function program(): Promise<string> {
  const found = await browser();
  if (found !== undefined) return found;
  throw new Error('Cannot find Chromium: type "sudo apt-get install chromium"');
}
