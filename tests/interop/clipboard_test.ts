/** The clipboard with the program that Node's `clipboardy` runs, a Rust one. */

import { assertEquals } from "@std/assert";
import {
  clearClipboard,
  readClipboard,
  watchClipboard,
  writeClipboard,
} from "../../mod.ts";
import { bytes, text } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";

const TEXTS = ["ünï 中文 😀", "two\nlines\n", "long ü".repeat(50_000)];
const clipboardTest = testWith("clipboardy");

/** Runs the program with `input`, and gives what it prints. */
async function clipboardy(way: string, input = ""): Promise<string> {
  await using child = new Deno.Command(pathOfPartner("clipboardy")!, {
    args: [way],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stdout = child.stdout.bytes();
  const stdin = child.stdin.getWriter();
  await stdin.write(bytes(input));
  await stdin.close();
  const { code } = await child.status;
  assertEquals(code, 0);
  return text(await stdout);
}

clipboardTest(
  "readClipboard() reads what clipboardy's program copies",
  async () => {
    await using watcher = watchClipboard();
    for (const copied of TEXTS) {
      await clipboardy("--copy", copied);
      await watcher.receive();
      assertEquals((await readClipboard()).text, copied);
    }
  },
);

clipboardTest(
  "clipboardy's program pastes what writeClipboard() writes",
  async () => {
    for (const written of TEXTS) {
      await writeClipboard({ text: written });
      assertEquals(await clipboardy("--paste"), written);
    }
  },
);

clipboardTest(
  "clipboardy's program finds text beside other formats, and none",
  async () => {
    await writeClipboard({ text: "beside", html: "<b>beside</b>" });
    assertEquals(await clipboardy("--paste"), "beside");
    await clearClipboard();
    assertEquals(await clipboardy("--paste"), "");
  },
);
