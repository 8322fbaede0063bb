import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createEvent, createMutex, createSharedMemory } from "../../mod.ts";
import { Interrupted } from "../../lib/cli/exit_code.ts";
import { OWN_PREFIX, UNDER_WINE } from "../support/system.ts";
import { jsonLines, uniqueName } from "./helpers.ts";
import { faultsOf } from "./json_faults.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

withShell();

Deno.test("objects lists what matches, with kinds and link targets", async () => {
  const name = uniqueName();
  using _memory = createSharedMemory(`${name}.1`, { size: 1 });
  using _mutex = createMutex(`Global\\${name}.2`);
  const { code, stdout, stderr } = await runHere(["objects", name]);
  assertEquals(code, 0);
  assertEquals(
    stdout,
    `KIND     NAME\nsection  ${OWN_PREFIX}${name}.1\nmutex    Global\\${name}.2\n`,
  );
  if (UNDER_WINE) {
    assertMatch(stderr, /^Cannot list pipes: .*\nCannot list mailslots: .*\n$/);
  }
  const links = await runHere(["objects", `${OWN_PREFIX}Global`, "--quiet"]);
  assertMatch(
    links.stdout,
    /symbolic-link +(?:Local|Global).Global +-> .BaseNamedObjects/,
  );
  assertEquals(links.stderr, "");
  const one = await runHere(["objects", name, "--count", "1"]);
  assertEquals(one.stdout.split("\n").length, 3);
});

Deno.test("objects --json prints what the schema says", async () => {
  const name = uniqueName();
  using _event = createEvent(name);
  const { code, stdout } = await runHere(["objects", "*", "--json"]);
  assertEquals(code, 0);
  const lines = jsonLines(stdout);
  for (const line of lines) assertEquals(faultsOf("objects", line), []);
  const { at: _, ...own } = lines.find((line) => line.name?.includes(name));
  assertEquals(own, {
    event: "object",
    name: `${OWN_PREFIX}${name}`,
    kind: "event",
    type: "Event",
    folder: OWN_PREFIX === "Local\\" ? "local" : "global",
  });
});

Deno.test("objects without a match exits with 3, and refuses --interval without --watch", async () => {
  const name = uniqueName();
  const none = await runHere(["objects", name, "--quiet"]);
  assertEquals([none.code, none.stdout], [3, ""]);
  assertStringIncludes(none.stderr, `No listed object matches "${name}"`);
  const wrong = await runHere(["objects", "--interval", "5"]);
  assertEquals(wrong.code, 2);
});

Deno.test("objects --watch prints what another process creates, and what vanishes with it", async () => {
  const name = uniqueName();
  await using before = await begin(["shm", "create", `${name}.old`, "x"]);
  await before.ready();
  const ready = Promise.withResolvers<void>();
  const appeared = Promise.withResolvers<void>();
  const args = ["objects", name, "--watch", "--interval", "5", "--count", "2"];
  const watching = runHere([...args, "--quiet"], {
    onLog: () => ready.resolve(),
    onOut: () => appeared.resolve(),
  });
  await ready.promise;
  await using after = await begin(["shm", "create", `${name}.new`, "x"]);
  await appeared.promise;
  await before.interrupt();
  const { code, stdout, stderr } = await watching;
  assertEquals([code, stderr], [0, "ready: objects\n"]);
  assertEquals(
    stdout,
    `+ section       ${OWN_PREFIX}${name}.new\n- section       ${OWN_PREFIX}${name}.old\n`,
  );
  await after.interrupt();
});

Deno.test("objects --watch --json, --timeout and Ctrl-C", async () => {
  const name = uniqueName();
  const made: Disposable[] = [];
  const own = ["objects", name, "--watch", "--interval", "5", "--quiet"];
  const { code, stdout } = await runHere([...own, "--json", "--count", "2"], {
    onLog: () => void made.push(createEvent(name)),
    onOut: (text) => {
      if (text.includes("appeared")) made.pop()![Symbol.dispose]();
    },
  });
  assertEquals(code, 0);
  const lines = jsonLines(stdout).filter(({ event }) => event !== "unlisted");
  assertEquals(lines.map(({ event }) => event), ["appeared", "vanished"]);
  for (const line of lines) assertEquals(faultsOf("objects", line), []);
  assertEquals((await runHere([...own, "--timeout", "20"])).code, 5);
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const onLog = () => interrupt.abort(new Interrupted("Interrupted"));
  assertEquals((await runHere(own, { signal, onLog })).code, 130);
});
