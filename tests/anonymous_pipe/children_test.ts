import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createAnonymousPipe, spawn, type SpawnedChild } from "../../mod.ts";
import { bytes, checksum, pattern } from "../support/names.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { allText, cmd, denoChild, line } from "./helpers.ts";

const MEBIBYTE = 1 << 20;

function node(code: string): SpawnedChild {
  return spawn(pathOfPartner("node")!, {
    args: ["-e", code],
    stdin: "pipe",
    stdout: "pipe",
    // Node cannot use a stderr that is a pipe of Linux, as under a pipeline.
    stderr: "null",
  });
}

testWith("node")(
  "a child in Node reads and writes what it inherits",
  async () => {
    await using child = node("process.stdin.pipe(process.stdout)");
    const data = pattern(3 * MEBIBYTE);
    const [, echoed] = await Promise.all([
      child.stdin.write(data).then(() => child.stdin.close()),
      new Response(child.stdout.readable).bytes(),
    ]);
    assertEquals(checksum(echoed), checksum(data));
    assertEquals((await child.status).success, true);
  },
);

Deno.test("a child in Deno reads and writes what it inherits", async () => {
  using there = createAnonymousPipe({ inheritable: "read" });
  using back = createAnonymousPipe({ inheritable: "write" });
  await using child = denoChild("echo", [there.read, back.write]);
  const data = pattern(3 * MEBIBYTE);
  const [, echoed] = await Promise.all([
    there.write.write(data).then(() => there.write.close()),
    new Response(back.read.readable).bytes(),
  ]);
  assertEquals(checksum(echoed), checksum(data));
  assertEquals((await child.status).success, true);
});

Deno.test("a child in cmd.exe reads and writes what it inherits", async () => {
  await using child = cmd("set /p line=& call echo got %^line%", {
    stdin: "pipe",
  });
  await child.stdin.write(bytes("hello cmd\r\n"));
  assertStringIncludes(await allText(child.stdout), "got hello cmd\r\n");
});

Deno.test("two children talk through a pipe that neither end of stays here", async () => {
  using pipe = createAnonymousPipe({ inheritable: "both" });
  await using first = cmd("echo from one to the other", { stdout: pipe.write });
  await using second = cmd("findstr from", {
    stdin: pipe.read,
  });
  assertStringIncludes(await allText(second.stdout), "from one to the other");
  assertEquals((await first.status).success, true);
});

Deno.test("a child that dies half way breaks both pipes, after what it wrote", async () => {
  await using child = denoChild("half");
  const write = child.stdin.write(new Uint8Array(10 * MEBIBYTE));
  await assertRejects(() => write, Deno.errors.BrokenPipe);
  assertEquals(await allText(child.stdout), "half a mess");
  assertEquals((await child.status).code, 9);
});

Deno.test("100 MB to a child that never reads wait, and can be aborted", async () => {
  using pipe = createAnonymousPipe({ inheritable: "read" });
  await using child = denoChild("deaf", [pipe.read]);
  assertEquals(await line(child.stdout), "ready");
  const abort = new AbortController();
  const { signal } = abort;
  const chunk = new Uint8Array(MEBIBYTE);
  let taken = 0;
  const writing = (async () => {
    for (; taken < 100; taken++) await pipe.write.write(chunk, { signal });
  })();
  // It answers nothing and takes no more than Windows keeps.
  const answer = child.stdout.read(new Uint8Array(1), { timeout: 100 });
  assertEquals(
    (await assertRejects(() => answer, DOMException)).name,
    "TimeoutError",
  );
  assertEquals(taken, 0);
  abort.abort(new Error("given up"));
  await assertRejects(() => writing, Error, "given up");
});

Deno.test("the end of stdin reaches a child", async () => {
  await using child = denoChild("untilEnd");
  await child.stdin.write(new Uint8Array(5000));
  child.stdin.close();
  assertEquals(await line(child.stdout), "5000");
});

Deno.test("the end of a child's writing reaches us while it lives", async () => {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  await using child = denoChild("close", [pipe.write]);
  assertEquals(await pipe.read.read(new Uint8Array(1)), null);
  assertEquals(await line(child.stdout), "closed");
});

Deno.test("a child's closed reading end breaks our writing while it lives", async () => {
  using pipe = createAnonymousPipe({ inheritable: "read" });
  await using child = denoChild("close", [pipe.read]);
  assertEquals(await line(child.stdout), "closed");
  await assertRejects(
    () => pipe.write.write(bytes("x")),
    Deno.errors.BrokenPipe,
  );
});

// The benchmark "anonymous pipe" moves 1 GiB, with its checksum.
Deno.test("128 MiB come unchanged from a child", async () => {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  await using child = denoChild("produce", [pipe.write, "128"]);
  const buffer = new Uint8Array(MEBIBYTE);
  let sum: number | undefined;
  let total = 0;
  for (;;) {
    const length = await pipe.read.read(buffer);
    if (length === null) break;
    total += length;
    sum = checksum(buffer.subarray(0, length), sum);
  }
  assertEquals(total, 128 * MEBIBYTE);
  assertEquals(await line(child.stdout), String(sum));
});
