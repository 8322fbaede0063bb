import { setColorEnabled, stripAnsiCode } from "@std/fmt/colors";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SCENARIOS } from "../../lib/cli/demo/spec.ts";
import type { SideEvent } from "../../lib/cli/demo/event.ts";
import { LiveReporter } from "../../lib/cli/demo/live_reporter.ts";
import { Scheduler } from "../../lib/cli/demo/scheduler.ts";
import { inShort, timeline } from "../../lib/cli/demo/live_reporter.ts";
import type { Reporter, ScenarioRun } from "../../lib/cli/demo/view.ts";
import { displayWidth, fitted } from "../../lib/cli/text/display_width.ts";
import type { Environment } from "../../lib/cli/environment.ts";

const LONG =
  "a long text, 中文字符 😀, that no column of a terminal holds as it is";

function event(
  side: "a" | "b",
  what: string,
  micros: number,
  fields: Partial<SideEvent> = {},
): SideEvent {
  return {
    event: what,
    mechanism: "pipe",
    side,
    pid: side === "a" ? 11 : 222,
    name: "\\\\.\\pipe\\WritePipe",
    at: `2026-01-31T12:00:00.${String(micros).padStart(6, "0")}Z`,
    ...fields,
  };
}

const EVENTS = [
  event("a", "created", 0, { handle: 420 }),
  event("b", "opened", 1500, { handle: 424 }),
  event("a", "sent", 2000, { text: LONG, bytes: 80 }),
  event("b", "message", 2500, { text: LONG, bytes: 80 }),
];
const RUNNING: ScenarioRun = { name: "pipe", events: EVENTS, since: 0 };

function over(name: ScenarioRun["name"], error?: string): ScenarioRun {
  const outcome = { events: EVENTS, milliseconds: 7, error };
  return { ...RUNNING, name, outcome };
}

Deno.test("displayWidth() and fitted() count columns, not letters", () => {
  assertEquals(displayWidth("aü中😀e\u0301"), 1 + 1 + 2 + 2 + 1);
  assertEquals(fitted("中文", 6), "中文  ");
  assertEquals(fitted("中文字", 5), "中文…");
  assertEquals(fitted("中文字", 4), "中… ");
  assertEquals(fitted("abc", 3), "abc");
});

Deno.test("timeline() never fills a line, in colours or without", () => {
  const runs = [
    RUNNING,
    over("pipe"),
    over("pipe", `${LONG} ${LONG}`),
    ...SCENARIOS.map((name) => over(name)),
  ];
  for (const colors of [false, true]) {
    setColorEnabled(colors);
    for (let width = 50; width < 200; width += 7) {
      for (const run of runs) {
        const lines = timeline(run, width, 1000);
        // Some consoles count the escape sequences, too.
        lines[0] = `\x1b[30A\x1b[J${lines[0]}`;
        for (const line of lines) {
          const text = stripAnsiCode(line);
          const escapes = line.length - text.length;
          assert(displayWidth(text) + escapes < width, line);
        }
      }
    }
  }
  setColorEnabled(false);
  const lines = timeline(over("pipe"), 100, 0);
  const [, head, created, opened, sent] = lines;
  assertEquals(
    head!.indexOf("A  11"),
    created!.indexOf("creates WritePipe 0x1a4"),
  );
  assertEquals(
    head!.indexOf("B  222"),
    opened!.indexOf("opens WritePipe 0x1a8"),
  );
  assert(sent!.endsWith("──▶"));
  assertEquals(lines.at(-2), "  ✓ 7 ms");
});

Deno.test("inShort() shows what there is room for, and how many more there are", () => {
  const runs = SCENARIOS.map((name) => over(name));
  for (const colors of [false, true]) {
    setColorEnabled(colors);
    for (let width = 50; width < 250; width += 3) {
      assert(inShort(runs, width).length < width);
    }
  }
  setColorEnabled(false);
  const few = [RUNNING, over("shm"), over("rpc", "x")];
  assertEquals(inShort(few, 80), "  beside it: pipe 4 · shm ✓ · rpc ✗");
  assertEquals(inShort(few, 35), "  beside it: pipe 4 · 2 more");
  assertEquals(inShort(few, 5), "");
});

Deno.test("a failure is shown in full, however long", () => {
  const lines = timeline(over("pipe", `${LONG} ${LONG}`), 60, 0);
  const text = lines.slice(6).map((line) => line.trim()).join(" ");
  assertEquals(text.trim(), `✗ ${LONG} ${LONG}`);
});

Deno.test("scenarios are shown in their order, whichever ends first", async () => {
  const shown: string[] = [];
  const view: Reporter = {
    update() {},
    show({ name }) {
      shown.push(name);
      return Promise.resolve();
    },
    end: () => Promise.resolve(),
  };
  const scheduler = new Scheduler(["pipe", "mailslot", "shm"], view);
  for (const name of ["pipe", "mailslot", "shm"] as const) {
    scheduler.begin(name);
  }
  await scheduler.end("shm", over("shm").outcome!);
  await scheduler.end("mailslot", over("mailslot", "x").outcome!);
  assertEquals(shown, []);
  await scheduler.end("pipe", over("pipe").outcome!);
  assertEquals(shown, ["pipe", "mailslot", "shm"]);
  assertEquals([...scheduler.outcomes.keys()], ["pipe", "mailslot", "shm"]);
  assertEquals(scheduler.outcomes.get("mailslot")!.error, "x");
});

Deno.test("a live view takes back exactly what it has drawn", async () => {
  let written = "";
  const env = {
    out(text: string) {
      written += text;
      return Promise.resolve();
    },
  } as unknown as Environment;
  const live = new LiveReporter(env, () => ({ columns: 80, rows: 5 }));
  live.update([RUNNING, { ...RUNNING, name: "shm" }]);
  assert(written.startsWith("\r"));
  // Five rows: four of them can be drawn anew.
  assertEquals(written.split("\n").length - 1, 4);
  assertStringIncludes(written, "beside it: shm 4");
  written = "";
  await live.show(over("pipe"));
  assert(written.startsWith("\r\x1b[4A\x1b[J"));
  const [, ...rest] = written.split("✓");
  assertEquals(rest.length, 1);
  written = "";
  await live.end();
  assertEquals(written.replace(/\d+/, "N"), "\r\x1b[NA\x1b[J");
});
