import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { jsonLines, uniqueName } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

withShell();

Deno.test("pipe info tells how a pipe is made", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name, "--max", "3"]);
  await server.ready();
  const plain = await runHere(["pipe", "info", name]);
  assertEquals(plain.code, 0);
  assertMatch(plain.stdout, new RegExp(`^name +\\S+${name}\nmode +message\n`));
  const [info] = jsonLines(
    (await runHere(["pipe", "info", name, "--json"])).stdout,
  );
  assertObjectMatch(info, {
    event: "info",
    name: `\\\\.\\pipe\\${name}`,
    mode: "message",
    maxInstances: 3,
  });
  assertEquals(typeof info.serverPid, "number");
});

Deno.test("pipe list lists pipes, or tells that this system cannot", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name]);
  await server.ready();
  const { code, stdout, stderr } = await runHere(["pipe", "list"]);
  if (code === 0) assertStringIncludes(stdout, name);
  else {
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /^winipc: Cannot list pipes: .*no list of pipes.*\n$/);
  }
});
