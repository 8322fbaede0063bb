import { assertEquals } from "@std/assert";
import { filesBelow } from "../support/project.ts";
import { CLIPBOARD } from "./tests.ts";

const USE = /\b(?:clear|read|watch|write)Clipboard\(/;

Deno.test("each file of tests that uses the clipboard runs beside no other that does", async () => {
  const files = await filesBelow("tests", "_test.ts");
  const users: string[] = [];
  for (const file of files) {
    const source = await Deno.readTextFile(
      new URL(`../../${file}`, import.meta.url),
    );
    if (USE.test(source)) users.push(file);
  }
  assertEquals(users.includes("tests/clipboard/clipboard_test.ts"), true);
  assertEquals(users.filter((file) => !CLIPBOARD.test(file)), []);
});
