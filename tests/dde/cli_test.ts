import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertThrows,
} from "@std/assert";
import { UsageError } from "../../lib/cli/arguments/usage_error.ts";
import { itemOf } from "../../lib/cli/commands/dde/spec.ts";
import { example, jsonLines, start, winipc } from "../cli/helpers.ts";
import { uniqueName } from "../support/names.ts";

const TEXT = "ünï 中文 😀";

Deno.test("dde serve, request and list", async () => {
  const service = uniqueName("dde");
  const items = [`apple=${TEXT}`, "pear=2"];
  await using server = start(["dde", "serve", service, "prices", ...items]);
  assertEquals(await server.ready(), service);
  const request = ["dde", "request", service, "prices"];
  const [text, hex, refused, list] = await Promise.all([
    winipc([...request, "apple"]),
    winipc([...request, "PEAR", "--hex"]),
    winipc([...request, "nothing"]),
    winipc(["dde", "list", service, "--json"]),
  ]);
  assertEquals([text.code, text.stdout], [0, `${TEXT}\n`]);
  assertEquals(hex.stdout, "32000000\n");
  assertEquals(refused.code, 4);
  assertMatch(refused.stderr, /refuses it \(DMLERR_NOTPROCESSED\)/);
  assertEquals(jsonLines(list.stdout).map(({ topic }) => topic), [
    "System",
    "prices",
  ]);
});

Deno.test("dde advise prints what dde serve and dde poke change", async () => {
  const address = [uniqueName("dde"), "prices"];
  await using server = start(["dde", "serve", ...address, "apple=1.20"]);
  await server.ready();
  const advise = ["dde", "advise", ...address, "apple"];
  await using watching = start([...advise, "--count", "2", "--json"]);
  await using warm = start([...advise, "--count", "1", "--warm"]);
  assertEquals(await watching.ready(), "apple");
  await warm.ready();
  await server.type("apple=1.30\n");
  assertEquals((await warm.ended()).stdout, "1.30\n");
  const poke = ["dde", "poke", ...address, "apple", "1.40", "--json"];
  const { code, stdout } = await winipc(poke);
  assertEquals(code, 0);
  assertObjectMatch(jsonLines(stdout)[0], { event: "sent", text: "1.40" });
  await server.prints("1.40\n");
  const changes = jsonLines((await watching.ended()).stdout);
  assertEquals(changes.map(({ text }) => text), ["1.30", "1.40"]);
  assertObjectMatch(changes[0], { item: "apple", format: "CF_UNICODETEXT" });
});

Deno.test("dde serve prints what dde poke and dde execute send, and ends", async () => {
  const address = [uniqueName("dde"), "prices"];
  const serve = ["dde", "serve", ...address, "apple=1.20"];
  await using server = start([...serve, "--json", "--count", "2"]);
  await server.ready();
  const poke = ["dde", "poke", ...address, "apple"];
  await winipc(poke, { input: `${TEXT}\n` });
  const go = await winipc(["dde", "execute", ...address, `[Go(${TEXT})]`]);
  assertEquals([go.code, go.stdout, go.stderr], [0, "", ""]);
  const events = jsonLines((await server.ended()).stdout)
    .filter(({ event }) => event === "message" || event === "execute");
  assertEquals(events.map(({ event, text }) => [event, text]), [
    ["message", TEXT],
    ["execute", `[Go(${TEXT})]`],
  ]);
  const gone = await winipc(["dde", "request", ...address, "apple"]);
  assertEquals([gone.code, gone.stdout], [3, ""]);
});

Deno.test("dde poke --format passes bytes on, of whatever format", async () => {
  const address = [uniqueName("dde"), "t"];
  const serve = ["dde", "serve", ...address, "x=1", "--json"];
  await using server = start([...serve, "--count", "1"]);
  await server.ready();
  const format = ["--format", "winipc RICHTEXT"];
  const poke = await winipc(["dde", "poke", ...address, "x", "ä", ...format]);
  assertEquals([poke.code, poke.stderr], [0, ""]);
  const { stdout } = await server.ended();
  const message = jsonLines(stdout).find(({ event }) => event === "message");
  assertEquals([message.text, message.bytes], ["ä", 2]);
});

Deno.test("dde takes the encoding of CF_TEXT by --encoding", async () => {
  const service = uniqueName("dde");
  const gbk = ["--encoding", "gbk"];
  const address = [service, "t"];
  const serve = ["dde", "serve", ...address, "x=中文", ...gbk];
  await using server = start([...serve, "--count", "1"]);
  await server.ready();
  const ansi = ["--format", "CF_TEXT", "--hex"];
  const request = ["dde", "request", ...address, "x"];
  const hex = await winipc([...request, ...ansi]);
  assertEquals(hex.stdout, "d6d0cec400\n");
  assertEquals((await winipc([...request, ...gbk])).stdout, "中文\n");
  assertEquals((await winipc(request)).stdout, "中文\n");
  await winipc(["dde", "poke", ...address, "x", "汉字", ...gbk]);
  assertEquals((await server.ended()).stdout, "汉字\n");
});

Deno.test("dde reports wrong usage and time limits", async () => {
  for (
    const [args, expectedMessage] of [
      [["serve", "only"], 'Missing argument: give "dde serve'],
      [["serve", "s", "t", "noitem"], 'Invalid item "noitem"'],
      [["request", "s", "t"], 'give "dde request SERVICE TOPIC ITEM"'],
      [["poke", "s", "t", "i", "00", "--hex"], "--format"],
      [["request", "", "t", "i"], "Invalid service"],
    ] as const
  ) {
    const { code, stderr } = await winipc(["dde", ...args]);
    assertEquals(code, 2, stderr);
    assertMatch(stderr, new RegExp(expectedMessage));
  }
  const serve = ["dde", "serve", uniqueName("dde"), "t"];
  assertEquals((await winipc([...serve, "--timeout", "50"])).code, 5);
});

Deno.test("itemOf() shows the start of an invalid item", () => {
  assertThrows(
    () => itemOf("é😀".repeat(99)),
    UsageError,
    `Invalid item "${"é😀".repeat(32)}…": expected ITEM=VALUE`,
  );
});

Deno.test("dde serve goes on after a line that is not an item", async () => {
  const service = uniqueName("dde");
  await using server = start(["dde", "serve", service, "t", "x=0"]);
  await server.ready();
  await using watching = start(["dde", "advise", service, "t", "x"]);
  await watching.ready();
  await server.type("x=1\n\n#5=1\nx=2\n");
  await watching.prints("1\n2\n");
  await server.says(
    'winipc: stdin: Invalid item "": expected ITEM=VALUE; the line is skipped\n',
  );
  await server.says("winipc: stdin: Invalid item ");
});

Deno.test("examples/dde: A serves, B asks and watches", async () => {
  const service = uniqueName("dde");
  await using a = example("dde/a.ts", [service]);
  await a.ready();
  await using b = example("dde/b.ts", [service]);
  await b.prints("1.20\n0.95\n");
  await a.prints("received [Count]\n");
  assertEquals(await b.ready(), "apple");
  await a.type("apple=1.30\n");
  await b.prints("apple 1.30\n");
  await a.type("Exit\n");
  const { code, stdout } = await b.ended();
  assertEquals(
    [code, stdout],
    [0, "1.20\n0.95\napple 1.30\nthe shop has closed\n"],
  );
});
