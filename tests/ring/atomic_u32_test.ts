import { assert, assertEquals } from "@std/assert";
import {
  createSection,
  mapSection,
  unmap,
} from "../../lib/io/memory/section.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { loadU32, storeU32 } from "../../lib/win32/atomic_u32.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { HALVES, LINE, meet, STOP } from "./atomic_u32.ts";

const PEER = new URL("atomic_u32_peer.ts", import.meta.url);
const SIZE = 4096;
const LOADS = 2_000_000;
/** So many must be seen. */
const CHANGES = 1000;
const ROUNDS = 3000;

/** A section that another process can open, mapped here. */
function shared(): Disposable & { name: string; address: bigint } {
  const name = uniqueName();
  const { raw } = createSection("create", name, SIZE, true, undefined);
  const address = mapSection("map", raw, "read-write");
  return {
    name,
    address,
    [Symbol.dispose]() {
      unmap(address);
      kernel32().call.CloseHandle(raw);
    },
  };
}

Deno.test("loadU32() gives what storeU32() has stored, and leaves what is beside it", () => {
  using memory = shared();
  const { raw } = kernel32();
  const around = new Uint32Array(4);
  for (const value of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    storeU32(memory.address + LINE, value);
    assertEquals(loadU32(memory.address + LINE), value);
    raw.CopyOut(around, memory.address + LINE - 8n, 16n);
    assertEquals([...around], [0, 0, value, 0]);
  }
});

Deno.test("loadU32() gives the number also where the bytes before it are no status", () => {
  using memory = shared();
  storeU32(memory.address + LINE, 77);
  // STATUS_PENDING, and an error.
  for (const before of [0x103, 0xc000_0005]) {
    storeU32(memory.address + LINE - 8n, before);
    assertEquals(loadU32(memory.address + LINE), 77);
  }
});

Deno.test("a number that another process stores all the time is never loaded in pieces", async () => {
  using memory = shared();
  await using peer = startScript(PEER, [memory.name, "store"]);
  await peer.says("ready");
  const at = memory.address + LINE;
  const seen = new Map<number, number>();
  let changes = 0;
  let last = 0;
  let loads = 0;
  // Where the two hardly ever run at the same moment it takes more.
  while (loads < LOADS || changes <= CHANGES && loads < 100 * LOADS) {
    loads++;
    const value = loadU32(at);
    if (value !== last) changes++;
    last = value;
    seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  storeU32(memory.address + STOP, 1);
  assert(Number(await peer.line()) > 0);
  seen.delete(0);
  assertEquals([...seen.keys()].sort(), [...HALVES].sort());
  assert(changes > CHANGES, `${changes} changes in ${loads} loads`);
});

Deno.test("of two processes that store, fence and load, one sees the other", async () => {
  using memory = shared();
  await using peer = startScript(PEER, [memory.name, "meet", `${ROUNDS}`]);
  await peer.says("ready");
  const ours = meet(memory.address, 0, ROUNDS);
  const theirs = new Set((await peer.line()).split(" ").map(Number));
  assertEquals(ours.filter((round) => theirs.has(round)), []);
});
