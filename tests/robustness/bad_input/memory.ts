// Bad input for memory, sync objects, waits and rings, told without the right to
// make a native call: says a line for each, with what was expected and what came.
import { mapFile } from "../../../lib/file_mapping/mod.ts";
import { createRing, openRing } from "../../../lib/ring/mod.ts";
import {
  createSharedMemory,
  openSharedMemory,
} from "../../../lib/shared_memory/mod.ts";
import {
  createEvent,
  createMutex,
  createSemaphore,
  EventObject,
  openEvent,
  openMutex,
  openProcess,
  openSemaphore,
  waitFor,
  waitForAll,
  waitForAny,
} from "../../../lib/sync/mod.ts";
import { say } from "../../support/peer_side.ts";

type Name = "TypeError" | "RangeError";
// deno-lint-ignore no-explicit-any
type Call = (...args: any[]) => unknown;

/** Names that no kernel object can have. */
const NAMES: [unknown, Name][] = [
  [undefined, "TypeError"],
  [5, "TypeError"],
  ["", "TypeError"],
  ["a\0", "TypeError"],
  ["a\\b", "TypeError"],
  ["Local\\", "TypeError"],
  ["Global\\", "TypeError"],
  ["Session\\a", "TypeError"],
  ["x".repeat(261), "RangeError"],
];

/** Values that are not text; whether other text is SDDL, only Windows can say. */
const SDDL: [object, Name][] = [
  [{ sddl: 5 }, "TypeError"],
  [{ sddl: "" }, "TypeError"],
  [{ sddl: "D:\0" }, "TypeError"],
];

/** What each function takes for a name, what it needs besides it, and what it refuses. */
const NAMED: [Call, object, [object, Name][]][] = [
  [createSharedMemory, { size: 1 }, [
    [{ size: undefined }, "TypeError"],
    [{ size: "1" }, "TypeError"],
    [{ size: 1.5 }, "TypeError"],
    [{ size: NaN }, "TypeError"],
    [{ size: 0 }, "RangeError"],
    [{ size: -1 }, "RangeError"],
    [{ size: 2 ** 52 }, "RangeError"],
    [{ access: "write" }, "TypeError"],
    [{ createNew: 1 }, "TypeError"],
    ...SDDL,
  ]],
  [openSharedMemory, {}, [
    [{ size: 0 }, "RangeError"],
    [{ size: 2 ** 52 }, "RangeError"],
    [{ size: 0.5 }, "TypeError"],
    [{ access: null }, "TypeError"],
  ]],
  [createEvent, {}, [
    [{ manualReset: 1 }, "TypeError"],
    [{ set: "yes" }, "TypeError"],
    [{ createNew: null }, "TypeError"],
    ...SDDL,
  ]],
  [openEvent, {}, [[{ manualReset: "no" }, "TypeError"]]],
  [createMutex, {}, [[{ createNew: 0 }, "TypeError"], ...SDDL]],
  [openMutex, {}, []],
  [createSemaphore, { max: 1 }, [
    [{ max: undefined }, "TypeError"],
    [{ max: 1.5 }, "TypeError"],
    [{ max: 0 }, "RangeError"],
    [{ max: 2 ** 31 }, "RangeError"],
    [{ max: 2, initial: 3 }, "RangeError"],
    [{ max: 2, initial: -1 }, "RangeError"],
    [{ createNew: "x" }, "TypeError"],
    ...SDDL,
  ]],
  [openSemaphore, {}, []],
  [createRing, { capacity: 1 }, [
    [{ capacity: undefined }, "TypeError"],
    [{ capacity: 0 }, "RangeError"],
    [{ capacity: 2 ** 30 }, "RangeError"],
    [{ role: "both" }, "TypeError"],
    [{ spin: -1 }, "RangeError"],
    [{ spin: 0.5 }, "TypeError"],
    [{ zeroCopy: 1 }, "TypeError"],
    ...SDDL,
  ]],
  [openRing, {}, [
    [{ role: "creator" }, "TypeError"],
    [{ spin: 1e9 }, "RangeError"],
    [{ waitForPeer: 1 }, "TypeError"],
    [{ timeout: -1 }, "RangeError"],
    [{ timeout: "5" }, "TypeError"],
    [{ signal: {} }, "TypeError"],
    ...SDDL,
  ]],
];

const FILES: [unknown, object, Name][] = [
  [null, {}, "TypeError"],
  ["", {}, "TypeError"],
  ["a\0b", {}, "TypeError"],
  [new URL("https://example.com/x"), {}, "TypeError"],
  ["x", { access: "write" }, "TypeError"],
  ["x", { offset: -1 }, "RangeError"],
  ["x", { offset: 1.5 }, "TypeError"],
  ["x", { offset: 2 ** 53 }, "RangeError"],
  ["x", { length: 0 }, "RangeError"],
  ["x", { offset: 5, length: 2 ** 53 - 2 }, "RangeError"],
  ["x", { access: "read-write", growTo: 0 }, "RangeError"],
  ["x", { access: "read-write", growTo: "5" }, "TypeError"],
  ["x", { growTo: 5 }, "TypeError"],
  ["x", { access: "copy-on-write", create: true }, "TypeError"],
  ["x", { access: "read-write", create: "yes" }, "TypeError"],
];

/** A ring's events have names that are longer than its own. */
const LONG_RING = "x".repeat(252);

// Stands for one that is there: nothing of it is called.
const event = new EventObject(null, true, 4n, false);
const WAITS: [Call, unknown, object, Name][] = [
  ...[[], [event, event], [{}], "x", [null]].flatMap((objects) => [
    [waitForAny, objects, {}, "TypeError"] as [Call, unknown, object, Name],
    [waitForAll, objects, {}, "TypeError"] as [Call, unknown, object, Name],
  ]),
  [waitFor, null, {}, "TypeError"],
  [waitFor, event, { timeout: -1 }, "RangeError"],
  [waitFor, event, { timeout: NaN }, "TypeError"],
  [waitFor, event, { timeout: "5" }, "TypeError"],
  [waitFor, event, { signal: {} }, "TypeError"],
  [waitForAll, [event], { timeout: -1 }, "RangeError"],
];

for (const [call, needed, options] of NAMED) {
  const nameless = [createEvent, createMutex, createSemaphore].includes(
    call as typeof createEvent,
  );
  const names = nameless ? NAMES : [[null, "TypeError"] as const, ...NAMES];
  for (const [name, expected] of names) {
    await check(expected, call, name, needed);
  }
  for (const [bad, expected] of options) {
    await check(expected, call, "x", { ...needed, ...bad });
  }
}
await check("RangeError", createRing, LONG_RING, { capacity: 1 });
await check("RangeError", openRing, LONG_RING, {});
for (const [path, options, expected] of FILES) {
  await check(expected, mapFile, path, options);
}
for (const pid of [0, -1, 2 ** 32]) await check("RangeError", openProcess, pid);
for (const pid of [1.5, "5", null]) await check("TypeError", openProcess, pid);
for (const [call, object, options, expected] of WAITS) {
  await check(expected, call, object, options);
}
// Good input fails for want of the permission.
await check("NotCapable", createEvent, "x", {});
await check("NotCapable", waitFor, event, {});

async function check(
  expected: Name | "NotCapable",
  call: Call,
  ...args: unknown[]
): Promise<void> {
  const shown = args.map((arg) =>
    Deno.inspect(arg, { compact: true, strAbbreviateSize: 20 })
  );
  let came = "nothing";
  try {
    await call(...args);
  } catch (error) {
    came = (error as Error).name;
  }
  say(
    `${call.name}(${
      shown.join(", ").replaceAll("\n", " ")
    }): ${expected} ${came}`,
  );
}
