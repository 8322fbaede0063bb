import { assertEquals, assertLess } from "@std/assert";
import { mapFile } from "../../lib/file_mapping/mod.ts";
import { bytes, text } from "../support/names.ts";
import "../support/native.ts";
import { UNDER_WINE } from "../support/system.ts";
import { file } from "./file.ts";
import { allocated, makeSparse } from "./sparse.ts";

/** 64 KiB for each of the two places that are written, and what a file system adds. */
const FEW = 1 << 20;

Deno.test("mapFile() reaches beyond 4 GiB of a sparse file at an odd offset", () => {
  using f = file(bytes("begin"));
  makeSparse(f.path);
  const offset = 4 * 2 ** 30 + 12_345;
  {
    using mapping = mapFile(f.path, {
      access: "read-write",
      growTo: offset + 10,
      offset,
    });
    assertEquals(mapping.size, 10);
    mapping.write(bytes("beyond"), 1);
  }
  using open = Deno.openSync(f.path);
  open.seekSync(offset + 1, Deno.SeekMode.Start);
  const found = new Uint8Array(6);
  open.readSync(found);
  assertEquals(text(found), "beyond");
  using all = mapFile(f.path);
  assertEquals([all.size, text(all.read(offset + 1, 6))], [
    offset + 10,
    "beyond",
  ]);
  if (!UNDER_WINE) assertLess(allocated(f.path), FEW);
});
