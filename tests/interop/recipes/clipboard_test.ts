/** The recipe for the clipboard: a file of its own, because there is one clipboard for all tests. */

import { assertEquals } from "@std/assert";
import { readClipboard, watchClipboard } from "../../../lib/clipboard/mod.ts";
import "../../support/native.ts";
import { startScript } from "../../support/peer.ts";
import { SYSTEM32 } from "../../support/system32.ts";

const RECIPE = new URL(
  "../../../examples/recipes/clipboard_secret.ts",
  import.meta.url,
);
const LIBRARIES = ["kernel32", "user32"].map((dll) =>
  `${SYSTEM32}\\${dll}.dll`
);
/** Those that its first lines name. */
const FLAGS = [`--allow-ffi=${LIBRARIES}`];

Deno.test("clipboard_secret.ts marks what it copies, and clears it", async () => {
  const names = [
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
  ];
  await using watcher = watchClipboard();
  await using peer = startScript(RECIPE, ["s3cret 中文", "10"], FLAGS);
  await watcher.receive();
  const { text, formats } = await readClipboard({ formats: names });
  assertEquals(text, "s3cret 中文");
  assertEquals(Object.keys(formats!), names);
  assertEquals(formats![names[1]!], new Uint8Array(4));
  assertEquals(formats![names[2]!], new Uint8Array(4));
  assertEquals(await peer.line(), "cleared");
  assertEquals(await readClipboard({ formats: names }), { formats: {} });
});
