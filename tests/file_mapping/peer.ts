/** The other process of the tests of file mapping: maps a file and does what it is told. */

import { mapFile } from "../../lib/file_mapping/mod.ts";
import type { MemoryAccess } from "../../lib/io/memory/section.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { bytes, text } from "../support/names.ts";
import { readLine, say } from "../support/peer_side.ts";
import { wrapped } from "../support/wrapped.ts";

const GENERIC_READ = 0x8000_0000;
const OPEN_EXISTING = 3;

const [path = "", offset = "0", access = "read-write"] = Deno.args;
using mapping = mapFile(path, {
  access: access as MemoryAccess,
  offset: Number(offset),
});
let held = 0n;

const VERBS: Record<string, (value: string, at: number) => unknown> = {
  write: (value, at) => mapping.write(bytes(value), at),
  read: (value, at) => text(mapping.read(at, Number(value))),
  grow: (value) => mapping.grow(Number(value)),
  size: () => `${mapping.fileSize()} ${mapping.size}`,
  /** Windows gives this size from now on, as it may after a connection is lost. */
  assume(value) {
    wrapped({
      GetFileSizeEx: () => (_file, size) => {
        (size as BigInt64Array)[0] = BigInt(value);
        return 1;
      },
    });
  },
  truncate: (value) => Deno.truncateSync(path, Number(value)),
  /** Opens a file so that nobody else can. */
  hold(value) {
    const { call } = kernel32();
    const wide = toUtf16(value);
    held = call.CreateFileW(wide, GENERIC_READ, 0, 0n, OPEN_EXISTING, 0, 0n);
  },
  let: () => void kernel32().call.CloseHandle(held),
};

say("ready");
for (let line = await readLine(); line !== undefined; line = await readLine()) {
  const [verb, value, at] = line.split(" ");
  if (verb === "end") break;
  try {
    say(String(VERBS[verb!]!(value!, Number(at ?? 0)) ?? "done"));
  } catch (error) {
    say(String(error));
  }
}
