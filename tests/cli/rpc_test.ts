import { assertEquals, assertStringIncludes } from "@std/assert";
import { uniqueBindings, uniqueUuid } from "../rpc/helpers.ts";
import { jsonLines, start, uniqueName } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

const TEXT = "ünï 中文 😀";

// Most servers run in the shell's process, and their clients in this one.
withShell();

Deno.test("rpc call prints what rpc serve --echo gives, over every protocol", async () => {
  for (const binding of uniqueBindings()) {
    const id = `${uniqueUuid()}@2.1`;
    const args = [binding, "--interface", id];
    await using server = await begin(["rpc", "serve", ...args, "--echo"]);
    assertEquals(await server.ready(), binding);
    const call = ["rpc", "call", ...args, "--proc", "7"];
    const { code, stdout } = await runHere([...call, TEXT]);
    assertEquals([code, stdout], [0, `${TEXT}\n`]);
    const hex = await runHere([...call, "--hex", "00ff 10"]);
    assertEquals(hex.stdout, "00ff10\n");
    const json = await runHere([...call, "--json", "hi"]);
    const [line] = jsonLines(json.stdout);
    assertEquals([line!.event, line!.text, line!.procedure], [
      "message",
      "hi",
      7,
    ]);
  }
});

Deno.test("rpc reports that no server is there, and what is wrong", async () => {
  const [binding] = uniqueBindings();
  const id = ["--interface", uniqueUuid()];
  const nobody = await runHere(["rpc", "call", binding, ...id, "--proc", "0"]);
  assertEquals(nobody.code, 3);
  assertStringIncludes(nobody.stderr, "RPC_S_SERVER_UNAVAILABLE");
  const wrong = [
    ["call"],
    ["serve"],
    ["serve", binding],
    ["call", binding, ...id],
    ["call", binding, ...id, "--proc", "x"],
    ["call", "http:x", ...id, "--proc", "0"],
    ["call", binding, "--interface", "x", "--proc", "0"],
    ["serve", binding, "--interface", `${uniqueUuid()}@1`],
  ];
  for (const args of wrong) {
    assertEquals((await runHere(["rpc", ...args])).code, 2, args.join(" "));
  }
});

Deno.test("demo rpc a and b talk, b waiting for a", async () => {
  const prefix = uniqueName();
  await using b = start(["demo", "rpc", "b", "--prefix", prefix]);
  await using a = start(["demo", "rpc", "a", "--prefix", prefix]);
  await a.type(`one\n${TEXT}\n`);
  await a.endInput();
  const [first, second] = await Promise.all([a.ended(), b.ended()]);
  assertEquals([first.code, second.code], [0, 0]);
  assertEquals(second.stdout, `one\n${TEXT}\n`);
});
