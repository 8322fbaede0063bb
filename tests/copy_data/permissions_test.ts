import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { quoteFlag } from "../../lib/quote_flag.ts";
import { listenMessages } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { runScript } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";

const SCOPE = `--allow-ffi=${SYSTEM32}\\kernel32.dll,${SYSTEM32}\\user32.dll`;
const READ = `--allow-read=${
  fileURLToPath(new URL("../../lib/", import.meta.url))
}`;

const script = (name: string) =>
  new URL(`../security/permissions/${name}.ts`, import.meta.url);

Deno.test("sending and the clipboard need kernel32.dll and user32.dll, listening more", async () => {
  const title = uniqueName();
  using _listener = listenMessages({ title }, ({ bytes }) => bytes.byteLength);
  const url = script("scoped_message");
  const { stdout, stderr } = await runScript(url, [title], [SCOPE]);
  const said = (stdout || stderr).split(", ");
  assertEquals(said.slice(0, 4), ["5", "1", "true", "ours"]);
  assertStringIncludes(stdout, "a scoped --allow-ffi does not allow");
  assertStringIncludes(stdout, `--allow-ffi and ${quoteFlag(READ)}`);
});

Deno.test("listening needs --allow-ffi and the right to read its Worker's modules", async () => {
  const url = script("listening");
  const rights = ["--allow-ffi", READ];
  const { stdout, stderr } = await runScript(url, [], rights);
  assertEquals(stdout || stderr, "7");
  const without = await runScript(url, [], ["--allow-ffi"]);
  assertStringIncludes(
    without.stdout,
    "NotCapable: Cannot listen as the window",
  );
  assertStringIncludes(without.stdout, quoteFlag(READ));
});

Deno.test("sending much goes on after lockNativeAccess()", async () => {
  const { stdout, stderr } = await runScript(script("locked_sending"));
  assertEquals([stdout, stderr], ["sent", ""]);
});
