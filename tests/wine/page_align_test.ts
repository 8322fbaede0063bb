import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { userCache } from "../../lib/wine/cache.ts";
import { HostError } from "../../lib/wine/errors.ts";
import { pageAligned } from "../../lib/wine/page_align.ts";
import { program } from "./program.ts";

interface Section {
  name: string;
  memory: number;
  from: number;
  size: number;
}

/** The sections of a program, by the tables of its file. */
function sectionsOf(file: Uint8Array): Section[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = view.getUint32(0x3c, true);
  const first = start + 24 + view.getUint16(start + 20, true);
  return Array.from({ length: view.getUint16(start + 6, true) }, (_, i) => {
    const at = first + 40 * i;
    return {
      name: new TextDecoder().decode(file.slice(at, at + 8)),
      memory: view.getUint32(at + 12, true),
      size: view.getUint32(at + 16, true),
      from: view.getUint32(at + 20, true),
    };
  });
}

Deno.test("pageAligned() moves sections to pages, and changes none", () => {
  const before = program();
  const after = pageAligned(before);
  const [old, moved] = [sectionsOf(before), sectionsOf(after)];
  assertEquals(
    moved.map(({ from }) => from),
    [0x1000, 0, 0x3000],
  );
  assertEquals(after.length, 0x4000);
  for (const [i, { name, memory, size, from }] of old.entries()) {
    const now = moved[i]!;
    assertEquals([now.name, now.memory, now.size], [name, memory, size]);
    assertEquals(
      after.slice(now.from, now.from + size),
      before.slice(from, from + size),
    );
  }
  const view = new DataView(after.buffer);
  assertEquals(view.getUint32(0x98 + 36, true), 4096);
  assertEquals(view.getUint32(0x98 + 144, true), 0, "the signature's place");
  assertEquals(pageAligned(after), after, "once is enough");
});

Deno.test("pageAligned() refuses what is no program", () => {
  assertThrows(() => pageAligned(new Uint8Array(10)), HostError);
  assertThrows(() => pageAligned(new Uint8Array(8192).fill(0x20)), HostError);
});

Deno.test("the Deno that is tested is one that Wine maps", async () => {
  const sections = sectionsOf(await Deno.readFile(userCache().denoExe));
  assertNotEquals(sections, []);
  assertEquals(sections.filter(({ from }) => from % 4096 !== 0), []);
});
