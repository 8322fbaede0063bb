import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Environment } from "../../lib/cli/environment.ts";
import { InactivityTimeout } from "../../lib/cli/connection/inactivity_timeout.ts";
import { parse } from "../../lib/cli/arguments/parse.ts";
import type { ShmCreate } from "../../lib/cli/commands/shm/spec.ts";
import { contentOf } from "../../lib/cli/commands/shm/create.ts";
import { createSharedMemory } from "../../mod.ts";
import { jsonLines, start, uniqueName, winipc } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

const TEXT = "ünï 中文 😀";

// Memory is held in the shell's process, and looked at from this one.
withShell();

/** Begins `shm create NAME ARG…` and waits until it is ready. */
async function created(name: string, ...args: string[]) {
  const holder = await begin(["shm", "create", name, ...args]);
  await holder.ready();
  return holder;
}

/** What `shm read NAME ARG…` prints. */
async function read(name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere([
    "shm",
    "read",
    name,
    ...args,
  ]);
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("shm create holds a text that shm read prints", async () => {
  const name = uniqueName();
  await using holder = start(["shm", "create", name, TEXT]);
  assertEquals(await holder.ready(), `Local\\${name}`);
  // The end of stdin is not its end.
  await holder.endInput();
  const { code, stdout, stderr } = await winipc(["shm", "read", name]);
  assertEquals([code, stdout, stderr], [0, `${TEXT}\n`, ""]);
  assertEquals(
    await read(`Local\\${name}`, "--offset", "1"),
    "\ufffdnï 中文 😀\n",
  );
});

Deno.test("shm read --length counts NULs", async () => {
  const name = uniqueName();
  await using _holder = await created(name, "ab");
  assertEquals(await read(name, "--length", "4"), "ab\0\0\n");
  assertEquals(await read(name, "--length", "4", "--hex"), "61620000\n");
  assertEquals(await read(name, "--length", "3", "--raw"), "ab\0");
});

Deno.test("shm create ends after --hold, and the memory with it", async () => {
  const name = uniqueName();
  await using holder = await begin(["shm", "create", name, "x", "--hold", "1"]);
  const { code, stdout, stderr } = await holder.ended();
  assertEquals([code, stdout], [0, ""]);
  assertEquals(stderr, `ready: Local\\${name}\n`);
  const { code: gone, stderr: reason } = await runHere(["shm", "read", name]);
  assertEquals(gone, 3);
  assertMatch(reason, /^winipc: Cannot open .*there is no such object.*\n$/);
});

Deno.test("shm create --timeout ends a hold that has no end", async () => {
  const args = ["shm", "create", uniqueName(), "x", "--timeout", "1"];
  const { code, stderr } = await runHere(args);
  assertEquals(code, 5);
  assertStringIncludes(stderr, "winipc: Timed out");
});

Deno.test("shm create holds what comes on stdin", async () => {
  const name = uniqueName();
  const input = `${TEXT}\r\ntwo\r\n`;
  await using holder = await begin(["shm", "create", name], input);
  await holder.ready();
  assertEquals(await read(name), `${TEXT}\r\ntwo\n`);
});

Deno.test("contentOf() takes stdin without its last line end", async () => {
  for (
    const [input, args, hex] of [
      ["one\r\ntwo\r\n", [], "6f6e650d0a74776f"],
      ["\ufeffone\n\n", [], "6f6e650a"],
      ["one\n", ["--raw"], "6f6e650a"],
      ["6f 6e:65\n", ["--hex"], "6f6e65"],
      ["中\n", ["--encoding", "gbk"], "d6d0"],
      ["中文中", ["--encoding", "utf-16le", "--size", "6"], "2d4e87652d4e"],
      ["", [], ""],
    ] as const
  ) {
    const command = parse([
      "shm",
      "create",
      "x",
      ...args,
    ]) as unknown as ShmCreate;
    const stdin = new Blob([input]).stream();
    const env: Environment = {
      stdin,
      childStdin: stdin,
      interactive: false,
      terminal: false,
      out: () => Promise.resolve(),
      log: () => {},
      signal: new AbortController().signal,
    };
    using idle = new InactivityTimeout(env.signal);
    assertEquals((await contentOf(command, env, idle)).toHex(), hex);
  }
});

Deno.test("shm create --file holds the bytes of a file", async () => {
  const file = await Deno.makeTempFile();
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  await Deno.writeFile(file, bytes);
  const name = uniqueName();
  const args = ["--file", file, "--size", "256", "--encoding", "utf-16le"];
  await using _holder = await created(name, ...args);
  const wanted = ["--length", "256", "--raw"];
  const { bytes: got } = await runHere(["shm", "read", name, ...wanted]);
  assertEquals(got, bytes);
  const few = ["shm", "create", name, "--file", file, "--size", "255"];
  const { code, stderr } = await runHere(few);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "has 256 bytes, more than --size 255");
  await Deno.remove(file);
  const missing = ["shm", "create", uniqueName(), "--file", file];
  assertEquals((await runHere(missing)).code, 3);
});

Deno.test("shm create refuses what is longer than --size", async () => {
  const name = uniqueName();
  const sized = ["shm", "create", name, "--size", "4"];
  await using full = await begin([...sized, "abcd"]);
  await full.ready();
  const { code, stderr } = await runHere([...sized, "abcde"]);
  assertEquals(code, 2);
  assertEquals(
    stderr,
    "winipc: The text has 5 bytes, more than --size 4: give a larger --size\n",
  );
  assertEquals((await runHere(sized, { input: "abcde" })).code, 2);
  // It does not wait for the end.
  await using endless = start([...sized, "--raw"]);
  await endless.type("abcde");
  assertEquals((await endless.ended()).code, 2);
});

Deno.test("shm create refuses a taken name, and changes nothing", async () => {
  const name = uniqueName();
  await using _holder = await created(name, "first");
  const { code, stderr } = await runHere(["shm", "create", name, "second"]);
  assertEquals(code, 1);
  assertMatch(stderr, /^winipc: Cannot create .*the name is taken.*\n$/);
  assertEquals(await read(name), "first\n");
});

Deno.test("shm write changes what is there, and no more", async () => {
  const name = uniqueName();
  await using _holder = await created(name, "Shine");
  const write = ["shm", "write", name];
  const { code, stdout } = await runHere([...write, "w", "--offset", "1"]);
  assertEquals([code, stdout], [0, ""]);
  assertEquals(await read(name), "Swine\n");
  assertEquals((await runHere([...write, "Hi", "--nul"])).code, 0);
  assertEquals(await read(name, "--length", "5", "--hex"), "4869006e65\n");
  assertEquals((await runHere([...write, "00 ff", "--hex"])).code, 0);
  assertEquals(await read(name, "--length", "5", "--hex"), "00ff006e65\n");
});

Deno.test("shm write never creates, and never passes the end", async () => {
  const name = uniqueName();
  const write = ["shm", "write", name, "abc", "--offset"];
  assertEquals((await runHere([...write, "0"])).code, 3);
  assertEquals((await runHere(["shm", "info", name])).code, 3);
  await using _holder = await created(name, "x", "--size", "4096");
  assertEquals((await runHere([...write, "4093"])).code, 0);
  for (const [offset, part] of [["4094", "at offset 4094"], ["4097", "4097"]]) {
    const { code, stderr } = await runHere([...write, offset!]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, part!);
    assertStringIncludes(stderr, `"Local\\${name}" has 4096 bytes`);
  }
  assertEquals(await read(name, "--offset", "4092"), "\n");
  assertEquals(await read(name, "--offset", "4093"), "abc\n");
  assertEquals(await read(name, "--offset", "4096"), "\n");
  const past = ["shm", "read", name, "--length", "4097"];
  assertEquals((await runHere(past)).code, 2);
});

Deno.test("shm --encoding utf-16le ends at a NUL of two bytes", async () => {
  const name = uniqueName();
  const wide = ["--encoding", "utf-16le"];
  await using _holder = await created(name, "Ā中文", ...wide);
  assertEquals(await read(name, ...wide), "Ā中文\n");
  const write = ["shm", "write", name, "a", "--nul", ...wide];
  assertEquals((await runHere(write)).code, 0);
  assertEquals(await read(name, "--hex", "--length", "6"), "610000008765\n");
});

Deno.test("shm --json reports what was done", async () => {
  const name = uniqueName();
  const whole = `Local\\${name}`;
  const options = ["--json", "--size", "5000"];
  const creating = ["shm", "create", name, "é", ...options];
  await using holder = await begin(creating);
  await holder.ready();
  const write = ["shm", "write", name, "x", "--nul", "--offset", "2", "--json"];
  const [written] = jsonLines((await runHere(write)).stdout);
  assertObjectMatch(written, {
    event: "written",
    text: "x",
    bytes: 2,
    name: whole,
    offset: 2,
  });
  const [message] = jsonLines(await read(name, "--json"));
  assertObjectMatch(message, {
    event: "message",
    text: "éx",
    bytes: 3,
    name: whole,
    offset: 0,
  });
  assertMatch(message.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const [hex] = jsonLines(await read(name, "--json", "--hex"));
  assertEquals([hex.hex, hex.text], ["c3a978", undefined]);
  await holder.interrupt();
  const [event] = jsonLines((await holder.ended()).stdout);
  assertObjectMatch(event, {
    event: "created",
    name: whole,
    size: 5000,
    mappedSize: 8192,
    bytes: 2,
  });
});

Deno.test("shm info reports the size in whole pages", async () => {
  const name = uniqueName();
  await using _holder = await created(name, "x", "--size", "5000");
  const { code, stdout } = await runHere(["shm", "info", name]);
  assertEquals(code, 0);
  assertEquals(
    stdout,
    `name    Local\\${name}\nsize    8192\naccess  read-write\n`,
  );
  const { stdout: json } = await runHere(["shm", "info", name, "--json"]);
  assertObjectMatch(jsonLines(json)[0], {
    event: "info",
    name: `Local\\${name}`,
    size: 8192,
    access: "read-write",
  });
});

Deno.test("shm reports a bad name as wrong usage", async () => {
  for (const verb of ["create", "read", "info"]) {
    const { code, stderr } = await runHere(["shm", verb, "a\\b"]);
    assertEquals(code, 2);
    assertMatch(stderr, /^winipc: Invalid shared memory name .+\n$/);
  }
});

Deno.test("shm works with the flag that its refusal names", async () => {
  const name = uniqueName();
  await using _holder = await created(name, "x");
  const args = ["shm", "read", name];
  const { code, stderr } = await winipc(args, { flags: ["--allow-read"] });
  assertEquals(code, 4);
  const [flag] = /--allow-ffi=[^ )]+/.exec(stderr)!;
  const { stdout } = await winipc(args, { flags: ["--allow-read", flag] });
  assertEquals(stdout, "x\n");
});

Deno.test("shm is refused what the memory's owner keeps", async () => {
  const name = uniqueName();
  const sddl = "D:(A;;GR;;;WD)";
  using _memory = createSharedMemory(name, { size: 4096, sddl });
  const info = await runHere(["shm", "info", name, "--json"]);
  assertEquals(jsonLines(info.stdout)[0].access, "read");
  assertEquals(await read(name), "\n");
  const { code, stderr } = await runHere(["shm", "write", name, "x"]);
  assertEquals(code, 4);
  assertMatch(stderr, /^winipc: Cannot open .*security does not allow.*\n$/);
});

Deno.test("shm create --hex shows the start of invalid hex", async () => {
  const args = ["shm", "create", uniqueName(), "--hex", "--size", "1000000"];
  const input = "Shine ".repeat(1_000);
  const { code, stderr } = await runHere(args, { input });
  const start = input.slice(0, 64);
  const fact = `winipc: Invalid hex "${start}…": expected two digits per byte`;
  assertEquals([code, stderr], [2, `${fact}, such as 68656c6c6f\n`]);
});
