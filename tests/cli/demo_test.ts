import {
  assert,
  assertEquals,
  assertGreater,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { SCENARIOS } from "../../lib/cli/demo/spec.ts";
import {
  example,
  jsonLines,
  type Program,
  start,
  uniqueName,
  winipc,
} from "./helpers.ts";
import { faultsOf } from "./json_faults.ts";

const TEXT = "ünï 中文 😀";

Deno.test("demo runs both processes of every scenario", async () => {
  const prefix = uniqueName();
  await winipc(["clipboard", "set", `${prefix} ü`]);
  const { code, stdout, stderr } = await winipc(["demo", "--prefix", prefix]);
  assertEquals([code, stderr], [0, ""]);
  // What the user had on the clipboard is there again.
  const kept = await winipc(["clipboard", "get"]);
  assertEquals(kept.stdout, `${prefix} ü\n`);
  const story =
    /^pipe: .*\n.* A \(\d+\) +creates .*WritePipe +handle 0x[\da-f]+\n.* A .* creates .*ReadPipe +handle 0x[\da-f]+\n.* B \(\d+\) +opens /;
  assertMatch(stdout, story);
  assertMatch(stdout, /B .* writes .*ReadPipe +"hello from B", 260 bytes\n/);
  assertMatch(stdout, /mailslot: [^]* A .* reads .*"中文 😀", 11 bytes\n/);
  assertMatch(
    stdout,
    /\nshm: [^]* B .* reads .*ShareMemory +"Shine", 5 bytes\n/,
  );
  assertMatch(stdout, /\nmap: [^]* B .* reads .*"Swine", 5 bytes\n/);
  assertEquals(
    stdout.match(/^ {2}ok in \d+ ms$/gm)?.length,
    SCENARIOS.length,
  );
  const table = /^MECHANISM [^]*?(?=\n\n)/m.exec(stdout)![0];
  const [head, ...rows] = table.split("\n");
  assertMatch(head!, /^MECHANISM +WORKS +BYTES +ROUND TRIP +NEEDS$/);
  assertEquals(rows.map((row) => row.split(/ +/)[0]), [...SCENARIOS]);
  for (const row of rows) {
    assertMatch(
      row,
      /^\w+ +yes +\d+ +\d+\.\d\d ms +--allow-(ffi|net)(=\S+)?( --allow-read=\S+| "--allow-read=[^"]+")?$/,
    );
  }
});

Deno.test("demo --json reports what each side did, in order", async () => {
  const prefix = uniqueName();
  const names = ["mailslot", "shm"];
  const args = ["demo", ...names, "--json", "--rounds", "3"];
  const { code, stdout } = await winipc([...args, "--prefix", prefix]);
  assertEquals(code, 0);
  const all = jsonLines(stdout);
  assertEquals(all.flatMap((line) => faultsOf("demo", line)), []);
  // One scenario after the other, though they run at the same time, and then the results.
  const order = all.map(({ event, mechanism }) => `${event} ${mechanism}`);
  assertEquals(order.slice(-2), ["result mailslot", "result shm"]);
  const begin = order.indexOf("created shm");
  assert(order.slice(begin, -2).every((each) => each.endsWith(" shm")));
  for (const result of all.slice(-2)) {
    assertObjectMatch(result, { ok: true, rounds: 3 });
    assertGreater(result.roundTrip, 0);
    assertMatch(result.flag, /^--allow-ffi=/);
  }
  assertEquals(all.at(-2).bytes, 12 + 11 + 4);
  const events = all.slice(0, begin);
  const handles = all.filter(({ event }) => /created|opened/.test(event));
  assertEquals(handles.length, 4);
  assert(handles.every(({ handle }) => handle > 0 && handle % 4 === 0));
  const at = (side: string, event: string, text?: string) =>
    events.findIndex((each) =>
      each.side === side && each.event === event && each.text === text
    );
  assertEquals([at("a", "created"), at("b", "opened")], [0, 1]);
  for (const text of ["hello from B", "中文 😀"]) {
    assertGreater(at("b", "sent", text), 1);
    assertGreater(at("a", "message", text), at("b", "sent", text));
  }
  const pids = new Set(events.map(({ pid }) => pid));
  assertEquals(pids.size, 2);
});

Deno.test("demo fails when one side does", async () => {
  const prefix = uniqueName();
  await using other = start(["mailslot", "read", `${prefix}Name`]);
  await other.ready();
  const args = ["demo", "mailslot", "--prefix", prefix];
  const { code, stdout, stderr } = await winipc(args);
  assertEquals(code, 1);
  assertMatch(stdout, /failed: Cannot create .*the name is taken/);
  assertStringIncludes(stderr, "winipc: 1 of 1 scenarios failed");
});

Deno.test("demo ends after --timeout and ends both sides", async () => {
  const prefix = uniqueName();
  const args = ["demo", "mailslot", "--timeout", "1", "--prefix", prefix];
  const { code, stdout } = await winipc(args);
  assertEquals(code, 1);
  assertStringIncludes(stdout, "It took too long");
});

type Side = (prefix: string) => Program;

const MAILSLOT_A: Side[] = [
  (prefix) => start(["demo", "mailslot", "a", "--prefix", prefix]),
  (prefix) => start(["mailslot", "read", `${prefix}Name`]),
  (prefix) => example("mailslot/a.ts", [`${prefix}Name`]),
];
const MAILSLOT_B: Side[] = [
  (prefix) => start(["demo", "mailslot", "b", "--prefix", prefix]),
  (prefix) => example("mailslot/b.ts", [`${prefix}Name`]),
];

MAILSLOT_A.forEach((startA, a) => {
  MAILSLOT_B.forEach((startB, b) => {
    Deno.test(`mailslot a (${a}) reads what b (${b}) writes`, async () => {
      const prefix = uniqueName();
      await using reader = startA(prefix);
      await reader.ready();
      await using writer = startB(prefix);
      await writer.type(`one\n${TEXT}\n`);
      await writer.endInput();
      assertEquals((await writer.ended()).code, 0);
      const { code, stdout } = await reader.ended();
      assertEquals([code, stdout], [0, `one\n${TEXT}\n`]);
    });
  });
});

Deno.test("demo mailslot b ends at the line Exit", async () => {
  const prefix = uniqueName();
  await using reader = start(["demo", "mailslot", "a", "--prefix", prefix]);
  await reader.ready();
  await using writer = start(["demo", "mailslot", "b", "--prefix", prefix]);
  await writer.type("one\nExit\ntwo\n");
  assertEquals((await writer.ended()).code, 0);
  assertEquals((await reader.ended()).stdout, "one\n");
});

const PIPE_A: Side[] = [
  (prefix) => start(["demo", "pipe", "a", "--prefix", prefix]),
  (prefix) => example("named_pipe/a.ts", [prefix]),
];
const PIPE_B: Side[] = [
  (prefix) => start(["demo", "pipe", "b", "--prefix", prefix]),
  (prefix) => example("named_pipe/b.ts", [prefix]),
];

PIPE_A.forEach((startA, a) => {
  PIPE_B.forEach((startB, b) => {
    Deno.test(`pipe a (${a}) and b (${b}) talk both ways`, async () => {
      const prefix = uniqueName();
      await using one = startA(prefix);
      await one.ready();
      await using other = startB(prefix);
      await one.type(`from a\n${TEXT}\n`);
      await other.type(`from b\n${TEXT}\n`);
      await other.prints(`from a\n${TEXT}\n`);
      await one.prints(`from b\n${TEXT}\n`);
      await other.endInput();
      assertEquals((await other.ended()).code, 0);
      assertEquals((await one.ended()).code, 0);
    });
  });
});

Deno.test("demo pipe b waits for a, and sends 260 bytes", async () => {
  const prefix = uniqueName();
  await using b = start(["demo", "pipe", "b", "--prefix", prefix]);
  await b.type("hello\n");
  const args = ["demo", "pipe", "a", "--json", "--prefix", prefix];
  await using a = start(args);
  await a.prints('"message"');
  await b.endInput();
  assertEquals((await b.ended()).code, 0);
  const events = jsonLines((await a.ended()).stdout);
  const message = events.find(({ event }) => event === "message");
  assertEquals([message.text, message.bytes], ["hello", 260]);
});

Deno.test("demo pipe a ends when b dies", async () => {
  const prefix = uniqueName();
  await using a = start(["demo", "pipe", "a", "--prefix", prefix]);
  await a.ready();
  await using b = start(["demo", "pipe", "b", "--prefix", prefix]);
  await b.type("last words\n");
  await a.prints("last words\n");
  b.kill();
  const { code, stdout } = await a.ended();
  assertEquals([code, stdout], [0, "last words\n"]);
});

Deno.test("demo pipe b rejects a text that is too long", async () => {
  const prefix = uniqueName();
  await using a = start(["demo", "pipe", "a", "--prefix", prefix]);
  await a.ready();
  const input = `${"x".repeat(260)}\n`;
  const args = ["demo", "pipe", "b", "--prefix", prefix];
  const { code, stderr } = await winipc(args, { input });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "give a shorter line");
});

Deno.test("demo speaks the encoding of the article's programs", async () => {
  const prefix = uniqueName();
  const options = ["--prefix", prefix, "--encoding", "gbk"];
  await using wire = start(
    ["mailslot", "read", `${prefix}Name`, "--hex", "--count", "1"],
  );
  await wire.ready();
  await using b = start(["demo", "mailslot", "b", ...options]);
  await b.type("中文\n");
  assertEquals((await wire.ended()).stdout, "d6d0cec4\n");
});

/** Held until the test has ended it, however long others take to begin. */
const HELD = ["demo", "shm", "a", "--hold", "600000", "--prefix"];
const SHM_A: Side[] = [
  (prefix) => start([...HELD, prefix]),
  (prefix) => start(["shm", "create", `${prefix}ShareMemory`, "Shine"]),
  (prefix) => example("shared_memory/a.ts", [`${prefix}ShareMemory`]),
];
const SHM_B: string[][] = [
  ["demo", "shm", "b", "--prefix"],
  ["shm", "read"],
];

SHM_A.forEach((startA, a) => {
  Deno.test(`demo shm b and shm read print what a (${a}) holds`, async () => {
    const prefix = uniqueName();
    await using holder = startA(prefix);
    await holder.ready();
    for (const args of SHM_B) {
      const name = args[0] === "demo" ? prefix : `${prefix}ShareMemory`;
      const { code, stdout } = await winipc([...args, name]);
      assertEquals([code, stdout], [0, "Shine\n"]);
    }
  });
});

Deno.test("demo shm a holds 4096 bytes, also without stdin", async () => {
  const prefix = uniqueName();
  await using a = start([...HELD, prefix]);
  assertEquals(await a.ready(), `Local\\${prefix}ShareMemory`);
  await a.endInput();
  const info = ["shm", "info", `${prefix}ShareMemory`, "--json"];
  const [{ size }] = jsonLines((await winipc(info)).stdout);
  assertEquals(size, 4096);
});

Deno.test("demo shm a ends after --hold, or at a line", async () => {
  const args = ["demo", "shm", "a", "--prefix", uniqueName()];
  assertEquals((await winipc([...args, "--hold", "1"])).code, 0);
  await using a = start(args);
  await a.ready();
  await a.type("\n");
  assertEquals((await a.ended()).code, 0);
});

Deno.test("demo shm b reports that there is no a", async () => {
  const args = ["demo", "shm", "b", "--prefix", uniqueName()];
  assertEquals((await winipc(args)).code, 3);
});

Deno.test("demo map a prints the file and changes one byte of it", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "Hello, mapping");
  const a = await winipc(["demo", "map", "a", file]);
  assertEquals([a.code, a.stdout], [0, "Hello, mapping\n"]);
  assertEquals(await Deno.readTextFile(file), "Hwllo, mapping");
  const b = await winipc(["demo", "map", "b", file]);
  assertEquals([b.code, b.stdout], [0, "Hwllo, mapping\n"]);
  await Deno.writeTextFile(file, "1");
  assertEquals((await winipc(["demo", "map", "a", file])).code, 2);
  assertEquals(await Deno.readTextFile(file), "1");
  await Deno.remove(file);
});
