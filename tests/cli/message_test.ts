import { assertEquals, assertMatch, assertObjectMatch } from "@std/assert";
import { jsonLines, start, uniqueName, winipc } from "./helpers.ts";
import { runHere } from "./run_here.ts";
import { begin, withShell } from "./shell.ts";

const TEXT = "ünï 中文 😀";

// Listeners run in the shell's process, and their senders in this one.
withShell();

Deno.test("message send and listen carry texts", async () => {
  const title = uniqueName();
  const args = ["message", "listen", "--title", title, "--count", "3"];
  await using listening = start(args);
  assertEquals(await listening.ready(), title);
  const sent = await winipc(["message", "send", "--title", title, TEXT, ""]);
  assertEquals([sent.code, sent.stdout, sent.stderr], [0, "", ""]);
  const input = `${TEXT}\r\n`;
  await runHere(["message", "send", "--title", title], { input });
  const { code, stdout } = await listening.ended();
  assertEquals([code, stdout], [0, `${TEXT}\n\n${TEXT}\n`]);
});

Deno.test("message listen ends text at the NUL that programs in C send", async () => {
  for (
    const [options, printed] of [[[], "hi\n"], [["--hex"], "680069000000\n"]]
  ) {
    const title = uniqueName();
    const own = ["--title", title, "--count", "1"];
    await using listening = await begin([
      "message",
      "listen",
      ...own,
      ...options!,
    ]);
    await listening.ready();
    await runHere(["message", "send", ...own, "--hex", "680069000000"]);
    assertEquals((await listening.ended()).stdout, printed);
  }
});

Deno.test("message --json reports tag, size and answer", async () => {
  const title = uniqueName();
  const own = ["--title", title, "--json"];
  const args = ["message", "listen", "--count", "2", ...own];
  await using listening = await begin(args);
  await listening.ready();
  const tag = ["--tag", "0x804e50ba"];
  const sent = await runHere(["message", "send", ...own, ...tag, "hi"]);
  assertObjectMatch(jsonLines(sent.stdout)[0], {
    event: "sent",
    text: "hi",
    bytes: 4,
    tag: 0x804e50ba,
    result: 1,
  });
  const all = ["--tag", `${2n ** 64n - 1n}`, "--encoding", "utf-8", "ü"];
  await runHere(["message", "send", ...own, ...all]);
  const [first, second] = jsonLines((await listening.ended()).stdout);
  assertObjectMatch(first, {
    event: "message",
    text: "hi",
    bytes: 4,
    sender: 0,
  });
  assertEquals([second.bytes, second.tag], [2, "18446744073709551615"]);
});

Deno.test("message windows lists the window, whose handle is a target", async () => {
  const title = uniqueName();
  await using listening = start([
    "message",
    "listen",
    "--title",
    title,
    "--hex",
  ]);
  await listening.ready();
  const plain = await runHere(["message", "windows"]);
  const row = plain.stdout.split("\n").find((line) => line.includes(title))!;
  assertMatch(
    row,
    new RegExp(`^0x[0-9a-f]{8} +${listening.pid} +winipc +${title}$`),
  );
  const list = jsonLines(
    (await runHere(["message", "windows", "--json"])).stdout,
  );
  const found = list.find((window) => window.title === title);
  assertObjectMatch(found, { event: "window", pid: listening.pid });
  for (const window of [row.split(" ")[0]!, `${found.handle}`]) {
    const args = ["message", "send", "--window", window, "--hex", "00ff7e"];
    assertEquals((await runHere(args)).code, 0);
    await listening.prints("00ff7e\n");
  }
});

Deno.test("message listen ends after --timeout", async () => {
  const args = ["message", "listen", "--title", uniqueName()];
  assertEquals((await runHere([...args, "--timeout", "50"])).code, 5);
});

Deno.test("message send reports that there is no window", async () => {
  const args = ["message", "send", "--title", uniqueName(), "x"];
  const { code, stdout, stderr } = await runHere(args);
  assertEquals([code, stdout], [3, ""]);
  assertMatch(stderr, /^winipc: Cannot send to .*there is no such window.*\n$/);
});

Deno.test("demo message b prints what a sends, up to its NUL", async () => {
  const prefix = uniqueName();
  const own = ["--prefix", prefix];
  const args = ["demo", "message", "b", "--count", "3", ...own];
  await using b = await begin(args);
  assertEquals(await b.ready(), `${prefix}Client`);
  const input = `${TEXT}\nmore\n`;
  await runHere(["demo", "message", "a", ...own], { input });
  const send = ["message", "send", "--title", `${prefix}Client`];
  await runHere([...send, "--hex", "61000000620000"]);
  const { code, stdout } = await b.ended();
  assertEquals([code, stdout], [0, `${TEXT}\nmore\na\n`]);
});

Deno.test("demo message runs both sides", async () => {
  const args = ["demo", "message", "--prefix", uniqueName(), "--json"];
  const { code, stdout, stderr } = await winipc(args);
  assertEquals(code, 0, stdout + stderr);
  const last = jsonLines(stdout).at(-1);
  assertObjectMatch(last, { event: "result", mechanism: "message", ok: true });
});
