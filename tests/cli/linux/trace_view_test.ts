import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openPage, type OwnPage } from "../../support/programs/chromium.ts";
import { runArgs } from "../../support/deno.ts";
import { tempFolder } from "../../support/linux.ts";

const CLI = new URL("../../../cli.ts", import.meta.url);
const TIMEOUT = 120_000;

/** Runs `winipc ARG…` as it is typed on this machine. */
async function winipc(...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: runArgs(CLI, args),
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(TIMEOUT),
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

/** What the page has asked for, and complained about, since it was opened. */
interface Opened extends OwnPage {
  readonly requests: string[];
  readonly complaints: string[];
}

type Scheme = "light" | "dark";

/** Each has the page anew. */
const steps: [string, Scheme, (opened: Opened) => Promise<void>][] = [];

function browserTest(
  name: string,
  fn: (opened: Opened) => Promise<void>,
  scheme: Scheme = "light",
): void {
  steps.push([name, scheme, fn]);
}

async function choose({ page }: OwnPage, mechanism: string): Promise<void> {
  await page.click('button[value="none"]');
  await page.check(`input[value="${mechanism}"]`);
}

async function visibleLanes({ page }: OwnPage): Promise<string[]> {
  return await page.locator(".lane:visible b").allTextContents();
}

/** The actions of the visible arrows, in order. */
async function actions({ page }: OwnPage): Promise<string[]> {
  const words = await page.locator(".arrow:visible span > b").allTextContents();
  return words.map((word) => word.trim());
}

browserTest(
  "trace view has a lane for each process, and the object between them",
  async (opened) => {
    await choose(opened, "mailslot");
    const lanes = await visibleLanes(opened);
    const name = `\\\\.\\mailslot\\${Deno.pid}-Name`;
    assertEquals(lanes.at(-2), name);
    assert(/^process \d+$/.test(lanes[0]!), lanes.join());
    assert(/^process \d+$/.test(lanes.at(-1)!), lanes.join());
    assert(lanes[0] !== lanes.at(-1));
  },
);

browserTest(
  "trace view has arrows for create, open, write, read and close, in order",
  async (opened) => {
    await choose(opened, "mailslot");
    const all = await actions(opened);
    const order = ["create", "open", "write", "read", "close"].map((word) =>
      all.lastIndexOf(word)
    );
    assert(order.every((at) => at >= 0), all.join());
    assertEquals(order, order.toSorted((a, b) => a - b), all.join());
    // Three messages arrive: two lines, and the word that ends it.
    assertEquals(all.filter((word) => word === "write").length, 3);
    assertEquals(all.filter((word) => word === "read").length, 3);
  },
);

browserTest(
  "trace view draws arrows from the middle of a lane to the middle of another",
  async (opened) => {
    await choose(opened, "shared-memory");
    const { page } = opened;
    const middles = await page.locator(".lane:visible").evaluateAll((lanes) =>
      lanes.map((lane) => {
        const { left, right } = lane.getBoundingClientRect();
        return (left + right) / 2;
      })
    );
    const arrows = await page.locator(".arrow:visible").evaluateAll((all) =>
      all.map((arrow) => {
        const { left, right } = arrow.getBoundingClientRect();
        return [left, right];
      })
    );
    assertEquals(middles.length, 3);
    assert(arrows.length >= 8);
    for (const edge of arrows.flat()) {
      const off = Math.min(...middles.map((middle) => Math.abs(middle - edge)));
      assert(off < 1, `An arrow ends ${off} pixels beside its lane`);
    }
  },
);

browserTest(
  "trace view shows the chosen mechanisms, and what is found",
  async (opened) => {
    const { page } = opened;
    const everything = await page.locator(".arrow:visible").count();
    await choose(opened, "mailslot");
    const mailslot = await page.locator(".arrow:visible").count();
    await choose(opened, "shared-memory");
    const memory = await page.locator(".arrow:visible").count();
    assert(mailslot > 0 && memory > 0);
    assertEquals(mailslot + memory, everything);
    assertEquals((await visibleLanes(opened)).length, 3);
    await page.fill('input[name="find"]', "openfilemappingw");
    assertEquals(await actions(opened), ["open"]);
    await page.fill('input[name="find"]', "");
    await page.click('button[value="none"]');
    assert(await page.locator(".nothing").isVisible());
    assertEquals(await visibleLanes(opened), []);
    await page.check('input[name="plain"]');
    assert(await page.locator(".arrow.plain:visible").count() > 0);
  },
);

browserTest(
  "trace view shows a call's arguments, result and time on click",
  async (opened) => {
    await choose(opened, "mailslot");
    const { page } = opened;
    await page.locator(".arrow.open:visible").first().click();
    const text = await page.locator("aside").innerText();
    for (
      const part of [
        "CreateFileW",
        "lpFileName",
        `"\\\\.\\mailslot\\${Deno.pid}-Name"`,
        "dwDesiredAccess",
        "(0x40000000)",
        "result",
        "last error",
        " µs",
        "kernel32.dll",
      ]
    ) assertStringIncludes(text, part);
  },
);

browserTest("trace view is used by the keyboard", async (opened) => {
  await choose(opened, "mailslot");
  const { page } = opened;
  await page.locator(".arrow:visible").first().focus();
  await page.keyboard.press("Enter");
  const first = await page.locator("aside h2").innerText();
  await page.keyboard.press("End");
  assertEquals(await page.locator("aside h2").innerText(), "CloseHandle");
  await page.keyboard.press("Home");
  assertEquals(await page.locator("aside h2").innerText(), first);
  await page.keyboard.press("ArrowDown");
  assertEquals(await page.locator(".arrow[aria-current]").count(), 1);
  assert(
    await page.locator(".arrow:visible").nth(1).evaluate((arrow) =>
      arrow.ownerDocument.activeElement === arrow &&
      arrow.hasAttribute("aria-current")
    ),
  );
  // One of all arrows is reached by the tab key.
  assertEquals(await page.locator('.arrow[tabindex="0"]').count(), 1);
});

for (const scheme of ["light", "dark"] as const) {
  browserTest(`trace view is readable in ${scheme}`, async ({ page }) => {
    await page.locator(".arrow:visible").first().click();
    const colors = await page.locator(
      ".arrow:visible span, time, .lane small, aside dt, aside dd, header p",
    ).evaluateAll((parts) => {
      const view = parts[0]!.ownerDocument.defaultView!;
      const background = (part: typeof parts[number] | null): string => {
        if (part === null) return "rgb(255, 255, 255)";
        const color = view.getComputedStyle(part).backgroundColor;
        return /, 0\)$/.test(color) ? background(part.parentElement) : color;
      };
      return parts.map((part) => [
        view.getComputedStyle(part).color,
        background(part),
      ]);
    });
    assert(colors.length > 20);
    for (const [text, ground] of colors) {
      const contrast = contrastOf(text!, ground!);
      assert(contrast >= 4.5, `${text} on ${ground}: ${contrast.toFixed(2)}`);
    }
    const [, ground] = colors[0]!;
    assertEquals(luminance(ground!) < 0.2, scheme === "dark");
  }, scheme);
}

browserTest(
  "trace view needs no network, and no complaint is made",
  async (opened) => {
    await opened.page.locator(".arrow:visible").first().click();
    assertEquals(opened.requests, [opened.page.url()]);
    assertEquals(opened.complaints, []);
    const source = await opened.page.content();
    assertStringIncludes(source, "default-src 'none'");
    assertEquals(/https?:\/\//.test(source), false);
  },
);

Deno.test("trace view shows both processes of a real trace", {
  // Playwright holds on to timers and sockets while a browser runs.
  sanitizeOps: false,
  sanitizeResources: false,
}, async (t) => {
  await using folder = await tempFolder();
  const trace = `${folder.path}/demo.jsonl`;
  const html = `${folder.path}/demo.html`;
  const prefix = `--prefix=${Deno.pid}-`;
  await winipc("demo", "mailslot", "shm", prefix, `--trace=${trace}`);
  await winipc("trace", "view", trace, "--output", html);
  await using own = await openPage();
  const { page } = own;
  const opened = {
    ...own,
    requests: [] as string[],
    complaints: [] as string[],
  };
  page.on("request", (request) => opened.requests.push(request.url()));
  page.on("console", (message) => opened.complaints.push(message.text()));
  page.on("pageerror", (error) => opened.complaints.push(error.message));
  for (const [name, colorScheme, run] of steps) {
    await t.step(name, async () => {
      await page.emulateMedia({ colorScheme });
      opened.requests.length = 0;
      await page.goto(`file://${html}`);
      await run(opened);
    });
  }
});

/** By WCAG: 4.5 is readable. */
function contrastOf(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) =>
    a - b
  );
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? [])
    .map((part) => Number(part) / 255)
    .map((part) =>
      part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
