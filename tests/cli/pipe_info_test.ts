import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  FIND_DATA_NAME_OFFSET,
  pack,
  WIN32_FIND_DATAW,
} from "../../lib/win32/structs.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { UNDER_WINE } from "../support/system.ts";
import { wrapped } from "../support/wrapped.ts";
import { jsonLines, uniqueName } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

withShell();

Deno.test("pipe info reports how a pipe is made", async () => {
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

Deno.test("pipe list lists pipes, or reports that this system cannot", async () => {
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

Deno.test("pipe info warns before it takes the only instance, or may take it", async () => {
  const name = uniqueName();
  await using server = await begin(["pipe", "serve", name]);
  await server.ready();
  const stderr = async (path = name, ...more: string[]) => {
    const info = await runHere(["pipe", "info", path, ...more]);
    assertEquals(info.code, 0, info.stderr);
    return info.stderr;
  };
  const busy =
    "for a moment: other clients find it busy until it listens again";
  if (UNDER_WINE) {
    const may = `This may take the only instance of "${name}" ${busy}\n`;
    assertEquals(await stderr(), may);
  }
  {
    using _list = pipeList(name.toUpperCase(), 1);
    const only = `"${name}" has one instance, which this takes ${busy}\n`;
    assertEquals(await stderr(), only);
    const whole = await stderr(`\\\\.\\PIPE\\${name}`);
    assertStringIncludes(whole, "has one instance");
    assertEquals(await stderr(name, "--quiet"), "");
    const absent = await runHere(["pipe", "info", uniqueName()]);
    assertMatch(absent.stderr, /^winipc: Cannot query .*nobody listens/);
  }
  using _list = pipeList(name, 2);
  assertEquals(await stderr(), "");
});

Deno.test("pipe list shows a name with control characters in one row", async () => {
  using _list = pipeList("x\x1b[2J\ny", 1);
  const { code, stdout } = await runHere(["pipe", "list"]);
  assertEquals(code, 0);
  assertEquals(stdout, "NAME     INSTANCES\nx\ufffd[2J\ufffdy  1\n");
});

/** Lets the system's list of pipes have one pipe. */
function pipeList(name: string, instances: number): Disposable {
  return wrapped({
    FindFirstFileW: () => (_path, data) => {
      const found = data as Uint8Array;
      found.set(pack(WIN32_FIND_DATAW, { nFileSizeLow: instances }));
      found.set(toUtf16(name), FIND_DATA_NAME_OFFSET);
      return 1n;
    },
    FindNextFileW: () => () => 0,
    FindClose: () => () => 1,
  });
}
