import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  createSharedMemory,
  openSharedMemory,
} from "../../lib/shared_memory/mod.ts";
import { createEvent } from "../../lib/sync/mod.ts";
import { Win32Error } from "../../lib/win32/error.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { runScript, startScript } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const PAGE_READWRITE = 4;
const SEC_RESERVE = 0x400_0000;
const FILE_MAP_WRITE = 2;
const MEM_COMMIT = 0x1000;

// Opened once for the process, so that no test counts it as its own.
const { symbols: Allocating } = Deno.dlopen(
  `${SYSTEM32}\\kernel32.dll`,
  {
    VirtualAlloc: {
      parameters: ["usize", "usize", "u32", "u32"],
      result: "usize",
    },
  },
);

const PEER = new URL("peer.ts", import.meta.url);

Deno.test("memory is shared with another process, by copy and by view", async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 100 });
  await using peer = startScript(PEER, [name]);
  await peer.says("ready 4096");
  memory.write(bytes("hello"));
  await peer.send("read 5");
  await peer.says("hello");
  await peer.send("write Shine");
  await peer.says("done");
  assertEquals(text(memory.read(0, 5)), "Shine");
  const view = memory.view();
  await peer.send("view 65");
  await peer.says("done");
  assertEquals(text(view.subarray(0, 5)), "Ahine");
  view[1] = 66;
  await peer.send("read 2");
  await peer.says("AB");
});

Deno.test("Atomics work over processes", async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 4096 });
  await using peer = startScript(PEER, [name]);
  await peer.line();
  const words = new Int32Array(memory.view().buffer);
  await peer.send("atomic 5");
  Atomics.add(words, 1, 7);
  await peer.says("done");
  assertEquals(Atomics.load(words, 1), 12);
});

Deno.test("createSharedMemory() reports whether it was there, or refuses", async () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 100 });
  assertEquals(
    [memory.created, memory.size, memory.mappedSize],
    [true, 100, 4096],
  );
  await using peer = startScript(PEER, [name]);
  await peer.line();
  await peer.send("create");
  await peer.says("false");
  assertThrows(
    () => createSharedMemory(name, { size: 100, createNew: true }),
    Deno.errors.AlreadyExists,
  );
  const error = assertThrows(
    () => createSharedMemory(name, { size: 4097 }),
    RangeError,
  );
  assertStringIncludes(error.message, "4096");
});

Deno.test("openSharedMemory() never creates", () => {
  const name = uniqueName();
  assertThrows(() => openSharedMemory(name), Deno.errors.NotFound);
  assertThrows(() => openSharedMemory(name), Deno.errors.NotFound);
});

Deno.test("openSharedMemory() knows the size in whole pages", () => {
  const name = uniqueName();
  using _memory = createSharedMemory(name, { size: 5000 });
  using all = openSharedMemory(name);
  using part = openSharedMemory(name, { size: 5000 });
  assertEquals([all.size, part.size, part.mappedSize], [8192, 5000, 8192]);
  assertThrows(() => openSharedMemory(name, { size: 8193 }), RangeError);
});

Deno.test('access "read" reads, and refuses to write', () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 10 });
  using reader = openSharedMemory(name, { access: "read" });
  memory.write(bytes("abc"));
  assertEquals(text(reader.read(0, 3)), "abc");
  assertThrows(() => reader.write(bytes("x")), TypeError);
  assertThrows(() => reader.view(), TypeError);
});

Deno.test('access "copy-on-write" keeps changes here', () => {
  const name = uniqueName();
  using memory = createSharedMemory(name, { size: 10 });
  memory.write(bytes("abc"));
  using copy = openSharedMemory(name, { access: "copy-on-write" });
  copy.view()[0] = 65;
  copy.write(bytes("B"), 1);
  assertEquals(text(copy.read(0, 3)), "ABc");
  assertEquals(text(memory.read(0, 3)), "abc");
});

Deno.test("every offset and length is checked", () => {
  using memory = createSharedMemory(uniqueName(), { size: 10 });
  const bad: [() => unknown, new () => Error][] = [
    [() => memory.read(11), RangeError],
    [() => memory.read(-1), RangeError],
    [() => memory.read(5, 6), RangeError],
    [() => memory.read(NaN), TypeError],
    [() => memory.read(0, 1.5), TypeError],
    [() => memory.readInto(new Uint8Array(11)), RangeError],
    [() => memory.readInto("x" as never), TypeError],
    [() => memory.write(new Uint8Array(1), 10), RangeError],
    [() => memory.write(new Uint8Array(11)), RangeError],
    [() => memory.write(null as never), TypeError],
    [() => memory.view(3, 8), RangeError],
    [() => memory.view("1" as never), TypeError],
  ];
  for (const [act, type] of bad) assertThrows(act, type);
  assertEquals(memory.read(10).byteLength, 0);
});

Deno.test("after close() every view has length 0", () => {
  const memory = createSharedMemory(uniqueName(), { size: 8192 });
  const views = [memory.view(), memory.view(100, 5)];
  const words = new Int32Array(memory.view().buffer);
  memory.close();
  memory.close();
  assertEquals([...views, words].map(({ length }) => length), [0, 0, 0]);
  views[0]![0] = 1;
  assertEquals(views[0]![0], undefined);
  assertThrows(() => Atomics.load(words, 0));
  assertThrows(() => memory.read(), Deno.errors.BadResource);
  assertThrows(() => memory.view(), Deno.errors.BadResource);
});

Deno.test("a buffer that was moved away is no danger after close()", () => {
  const memory = createSharedMemory(uniqueName(), { size: 8192 });
  const moved = memory.view().buffer.transfer();
  memory.close();
  new Uint8Array(moved)[0] = 1;
  const cloned = createSharedMemory(uniqueName(), { size: 8192 });
  const { buffer } = cloned.view();
  const away = structuredClone(buffer, { transfer: [buffer] });
  cloned.close();
  assertEquals(new Uint8Array(away)[0], 0);
});

Deno.test("10,000 times create, map, view, close leave no handle", async () => {
  const name = uniqueName();
  const cycle = () => {
    using memory = createSharedMemory(name, { size: 4096, createNew: true });
    using other = openSharedMemory(name);
    other.view()[0] = 1;
    memory.read(0, 1);
  };
  cycle();
  await assertNoHandlesLeft(() => {
    for (let i = 0; i < 10_000; i++) cycle();
  });
});

Deno.test("createSharedMemory() rejects bad input", () => {
  const bad: [unknown, object, new () => Error][] = [
    [null, { size: 1 }, TypeError],
    ["", { size: 1 }, TypeError],
    ["a\0", { size: 1 }, TypeError],
    ["a\\b", { size: 1 }, TypeError],
    ["x".repeat(300), { size: 1 }, RangeError],
    ["x", {}, TypeError],
    ["x", { size: 0 }, RangeError],
    ["x", { size: -1 }, RangeError],
    ["x", { size: 2 ** 47 + 1 }, RangeError],
    ["x", { size: 2 ** 52 }, RangeError],
    ["x", { size: 1, access: "all" }, TypeError],
    ["x", { size: 1, createNew: 1 }, TypeError],
    ["x", { size: 1, sddl: "nonsense" }, TypeError],
  ];
  for (const [name, options, type] of bad) {
    assertThrows(
      () => createSharedMemory(name as never, options as never),
      type,
    );
  }
});

Deno.test("createSharedMemory() of more than Windows has fails with Windows' error", () => {
  const size = 2 ** 47;
  const error = assertThrows(() => createSharedMemory(uniqueName(), { size }));
  assertInstanceOf((error as Error).cause, Win32Error);
});

Deno.test("by copy it needs kernel32.dll only, and view() names the flag", async () => {
  const url = new URL("scoped_peer.ts", import.meta.url);
  const { stdout } = await runScript(url, [uniqueName()], [
    `--allow-ffi=${SYSTEM32}\\kernel32.dll`,
  ]);
  assertEquals(stdout.split(/\r?\n/)[0], "by copy");
  assertStringIncludes(stdout, "NotCapable");
  assertStringIncludes(stdout, "--allow-ffi");
});

Deno.test("openSharedMemory() gives what is committed of a reserved section, and nothing else", () => {
  const name = uniqueName();
  const { call, raw } = kernel32();
  const section = call.CreateFileMappingW(
    INVALID_HANDLE_VALUE,
    null,
    PAGE_READWRITE | SEC_RESERVE,
    0,
    1 << 20,
    toUtf16(name),
  );
  const address = call.MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0n);
  try {
    assertThrows(
      () => openSharedMemory(name),
      RangeError,
      "its memory is reserved and not committed",
    );
    assertEquals(
      Allocating.VirtualAlloc(address, 8192n, MEM_COMMIT, PAGE_READWRITE),
      address,
    );
    using memory = openSharedMemory(name);
    assertEquals([memory.size, memory.mappedSize], [8192, 8192]);
    memory.write(bytes("end"), 8189);
    assertEquals(memory.read().byteLength, 8192);
    assertThrows(() => memory.read(8192, 1), RangeError);
    assertThrows(() => openSharedMemory(name, { size: 8193 }), RangeError);
  } finally {
    raw.UnmapViewOfFile(address);
    raw.CloseHandle(section);
  }
});

Deno.test("openSharedMemory() with waitForPeer fails at once for the name of another kind of object", async () => {
  using event = createEvent(uniqueName());
  const options = { waitForPeer: true, timeout: 60_000 } as const;
  await assertRejects(
    () => openSharedMemory(event.name!, options),
    Deno.errors.NotFound,
    "the name belongs to an object of another kind (ERROR_INVALID_HANDLE)",
  );
});

Deno.test("openSharedMemory() with waitForPeer waits until somebody creates it", async () => {
  const name = uniqueName();
  const opening = openSharedMemory(name, { waitForPeer: true });
  using _theirs = createSharedMemory(name, { size: 4096 });
  using memory = await opening;
  assertEquals([memory.name, memory.created], [name, false]);
  const options = { waitForPeer: true, timeout: 20 } as const;
  const error = await assertRejects(
    () => openSharedMemory(uniqueName(), options),
    DOMException,
    "nobody created it within 20 ms",
  );
  assertEquals(error.name, "TimeoutError");
  const signal = AbortSignal.abort("enough");
  const aborted = openSharedMemory(name, { waitForPeer: true, signal });
  assertEquals(await aborted.catch((reason) => reason), "enough");
  await assertRejects(
    () => openSharedMemory(name, { waitForPeer: 1 as never }),
    TypeError,
    "Invalid waitForPeer 1",
  );
  const bad = openSharedMemory("", { waitForPeer: true });
  await assertRejects(() => bad, TypeError, "it is empty");
});
