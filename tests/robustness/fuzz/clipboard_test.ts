/** The clipboard with contents that do not match their format. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  clipboardSequence,
  readClipboard,
  writeClipboard,
} from "../../../mod.ts";
import { encodeFiles } from "../../../lib/clipboard/files.ts";
import { encodeHtml } from "../../../lib/clipboard/html.ts";
import "../../support/native.ts";
import { CASES, reportCases } from "./cases.ts";
import { logSeed, Random } from "./random.ts";

const CLIPS = CASES["clipboard contents"];

Deno.test(`the clipboard: ${CLIPS} contents that do not match their format`, async () => {
  logSeed("clipboard");
  const random = new Random("clipboard");
  const html = encodeHtml("<b>text</b>");
  const files = encodeFiles(["C:\\a", "C:\\b"]);
  let tried = 0;
  for (; tried < CLIPS; tried++) {
    const own = await writeClipboard({
      formats: {
        "HTML Format": nonEmpty(random.mutated(html)),
        CF_HDROP: nonEmpty(random.mutated(files)),
        CF_UNICODETEXT: random.bytes(2 * (1 + random.below(20))),
      },
    });
    const content = await readClipboard({ formats: ["HTML Format"] });
    // Somebody else of this session has changed it.
    if (clipboardSequence() !== own) continue;
    assertEquals(typeof content.html, "string");
    assertEquals(Array.isArray(content.files), true);
    assertEquals(typeof content.text, "string");
  }
  reportCases("clipboard contents", tried);
});

Deno.test("writeClipboard() refuses half a character", async () => {
  const before = clipboardSequence();
  for (const size of [1, 3]) {
    const formats = { CF_UNICODETEXT: new Uint8Array(size) };
    await assertRejects(
      () => writeClipboard({ formats }),
      TypeError,
      `Invalid data for "CF_UNICODETEXT" of ${size} byte`,
    );
  }
  assertEquals(clipboardSequence(), before);
});

function nonEmpty(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength > 0 ? bytes : new Uint8Array(1);
}
