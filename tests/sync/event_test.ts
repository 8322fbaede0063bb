import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { createEvent, openEvent, waitFor } from "../../lib/sync/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { IN_SESSION_0 } from "../support/system.ts";
import { PEER } from "./peer_script.ts";

Deno.test("createEvent() auto-reset lets one wait go on", async () => {
  using event = createEvent(null);
  event.set();
  await waitFor(event, { timeout: 0 });
  await assertRejects(() => waitFor(event, { timeout: 0 }), DOMException);
});

Deno.test("createEvent() manual-reset stays set until reset()", async () => {
  using event = createEvent(null, { manualReset: true, set: true });
  await waitFor(event, { timeout: 0 });
  await waitFor(event, { timeout: 0 });
  event.reset();
  await assertRejects(() => waitFor(event, { timeout: 0 }), DOMException);
});

Deno.test("createEvent() reports whether it was there, or refuses", () => {
  const name = uniqueName();
  using first = createEvent(name);
  using second = createEvent(name);
  assertEquals([first.created, second.created], [true, false]);
  const error = assertThrows(
    () => createEvent(name, { createNew: true }),
    Deno.errors.AlreadyExists,
  );
  assertStringIncludes(error.message, "ERROR_ALREADY_EXISTS");
});

Deno.test("openEvent() never creates", () => {
  assertThrows(() => openEvent(uniqueName()), Deno.errors.NotFound);
});

Deno.test("createEvent() takes Local\\ and Global\\ names", () => {
  const name = uniqueName();
  using _local = createEvent(`Local\\${name}`);
  using bare = createEvent(name);
  using global = createEvent(`Global\\${name}`);
  assertEquals([bare.created, global.created], [false, !IN_SESSION_0]);
});

Deno.test("an event wakes another process, and is woken by it", async () => {
  const name = uniqueName();
  await using event = createEvent(name);
  await using peer = startScript(PEER, [name]);
  await peer.says("ready");
  await peer.send("wait event");
  event.set();
  await peer.says("did wait event");
  const wait = waitFor(event, { timeout: 10_000 });
  await peer.send("set event");
  await wait;
});

Deno.test("createEvent() rejects bad input", () => {
  const bad: [() => unknown, new () => Error][] = [
    [() => createEvent(1 as never), TypeError],
    [() => createEvent(""), TypeError],
    [() => createEvent("Local\\"), TypeError],
    [() => createEvent("a\\b"), TypeError],
    [() => createEvent("a\0b"), TypeError],
    [() => createEvent("x".repeat(261)), RangeError],
    [() => createEvent(null, { manualReset: 1 as never }), TypeError],
    [() => createEvent(null, { set: "yes" as never }), TypeError],
    [() => createEvent(null, { sddl: "nonsense" }), TypeError],
    [() => openEvent(null as never), TypeError],
  ];
  for (const [act, type] of bad) assertThrows(act, type);
});

Deno.test("set() of a closed event reports that it is closed", () => {
  const event = createEvent(null);
  event.close();
  event.close();
  assert(event.closed);
  assertThrows(() => event.set(), Deno.errors.BadResource);
});
