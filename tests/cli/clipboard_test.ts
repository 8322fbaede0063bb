import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { Interrupted } from "../../lib/cli/exit_code.ts";
import { textCodec } from "../../lib/cli/text/text_codec.ts";
import { typedChunks } from "../../lib/console.ts";
import { startScript } from "../support/peer.ts";
import { example, jsonLines, start, winipc } from "./helpers.ts";
import { runHere } from "./run_here.ts";

const OTHER = new URL("../clipboard/peers/other.ts", import.meta.url);

const TEXT = "ünï 中文 😀";
/** Shorter than the console's input waits for it, in ms. */
const SIGNAL_DELAY = 100;

// In this process: only what must be another one is.
const clipboard = (...args: string[]) => runHere(["clipboard", ...args]);

Deno.test("clipboard set and get carry text", async () => {
  const { code, stdout, stderr } = await winipc(["clipboard", "set", TEXT]);
  assertEquals([code, stdout, stderr], [0, "", ""]);
  assertEquals((await clipboard("get")).stdout, `${TEXT}\n`);
  assertEquals((await clipboard("get", "--raw")).stdout, TEXT);
  assertEquals((await clipboard("get", "--hex")).stdout.slice(0, 4), "c3bc");
});

Deno.test("clipboard set takes all of stdin, but its last line end", async () => {
  const set = ["clipboard", "set"];
  await runHere(set, { input: `${TEXT}\r\ntwo\r\n` });
  assertEquals((await clipboard("get", "--raw")).stdout, `${TEXT}\r\ntwo`);
  await runHere([...set, "--raw"], { input: "one\n" });
  assertEquals((await clipboard("get", "--raw")).stdout, "one\n");
});

Deno.test("clipboard --format takes html, files and any other", async () => {
  for (
    const [format, text] of [
      ["html", "<b>ü</b>"],
      ["files", "C:\\ü.txt"],
      ["winipc.test.format", "ü"],
    ] as const
  ) {
    const own = ["--format", format];
    assertEquals((await clipboard("set", text, ...own)).code, 0);
    assertEquals((await clipboard("get", ...own)).stdout, `${text}\n`);
    assertEquals((await clipboard("get")).code, 3);
  }
  const hex = ["--hex", "--format", "winipc.test.format"];
  assertEquals((await clipboard("get", ...hex)).stdout, "c3bc\n");
  assertMatch(
    (await clipboard("formats")).stdout,
    /^\d+ +winipc\.test\.format$/m,
  );
});

Deno.test("clipboard set takes stdin without its mark, and UTF-16 with one", async () => {
  const files = ["C:\\ü.txt", "C:\\b.txt"].join("\n");
  for (
    const [format, text] of [
      ["text", TEXT],
      ["html", "<b>ü</b>"],
      ["files", files],
      ["winipc.test.format", TEXT],
    ] as const
  ) {
    const own = ["--format", format];
    const marked = `\ufeff${text}\n`;
    for (
      const input of [marked, textCodec("utf-16le").encode(marked)]
    ) {
      const { code, stderr } = await runHere(["clipboard", "set", ...own], {
        input,
      });
      assertEquals([code, stderr], [0, ""]);
      assertEquals((await clipboard("get", ...own)).stdout, `${text}\n`);
    }
  }
});

Deno.test("clipboard set leaves the clipboard as it was when Ctrl-C ends a typed line", async () => {
  await clipboard("set", TEXT);
  const interrupt = new AbortController();
  const press = () => interrupt.abort(new Interrupted("Interrupted"));
  async function* reads() {
    yield await Promise.resolve(new TextEncoder().encode("typed\r\n"));
    // The read of the console ends before the signal comes.
    setTimeout(press, SIGNAL_DELAY);
  }
  const input = typedChunks(reads());
  const { signal } = interrupt;
  const { code, stderr } = await runHere(["clipboard", "set"], {
    input,
    signal,
  });
  assertEquals([code, stderr], [130, ""]);
  assertEquals((await clipboard("get")).stdout, `${TEXT}\n`);
  // Its timer.
  await input.next();
});

Deno.test("clipboard set refuses bytes that are no text", async () => {
  await clipboard("set", "kept");
  const gbk = Uint8Array.of(0xd6, 0xd0, 0xce, 0xc4);
  for (const raw of [[], ["--raw"]]) {
    for (const format of ["text", "html", "files"]) {
      const args = ["clipboard", "set", "--format", format, ...raw];
      const { code, stderr } = await runHere(args, { input: gbk });
      assertEquals(code, 1);
      assertMatch(stderr, /^winipc: Cannot .*d6d0cec4 are not UTF-8.*\n$/);
    }
  }
  assertEquals((await clipboard("get")).stdout, "kept\n");
});

Deno.test("clipboard gives text formats as text, without their NUL", async () => {
  for (const format of ["CF_TEXT", "CF_OEMTEXT", "CF_UNICODETEXT"]) {
    await clipboard("set", "hi", "--format", format);
    assertEquals((await clipboard("get")).stdout, "hi\n");
    const got = await clipboard("get", "--format", format, "--json");
    assertObjectMatch(jsonLines(got.stdout)[0], { text: "hi" });
  }
});

Deno.test("clipboard set writes whole paths of files", async () => {
  const files = ["--format", "files"];
  await clipboard("set", "C:/a/../a.txt", ...files);
  assertEquals((await clipboard("get", ...files)).stdout, "C:\\a.txt\n");
  await clipboard("set", "a.txt", ...files);
  const { stdout } = await clipboard("get", ...files);
  assertEquals(stdout, `${Deno.cwd()}\\a.txt\n`);
});

Deno.test("clipboard get and watch do without what the owner does not render", async () => {
  const watch = ["clipboard", "watch", "--count", "1"];
  await using text = start(watch);
  await using html = start([...watch, "--format", "html"]);
  await Promise.all([text.ready(), html.ready()]);
  await using other = startScript(OTHER);
  await other.says("ready");
  await other.send("promise-beside-text HTML Format");
  await other.says("done");
  const offers =
    'Cannot read the clipboard as "HTML Format": its owner offers this format but';
  assertEquals((await clipboard("get")).stdout, "beside\n");
  assertEquals((await text.ended()).stdout, "beside\n");
  const { code, stderr } = await clipboard("get", "--format", "html");
  assertEquals(code, 3);
  assertStringIncludes(stderr, offers);
  await html.says(offers);
  // It goes on.
  await clipboard("set", "<i>x</i>", "--format", "html");
  assertEquals((await html.ended()).stdout, "<i>x</i>\n");
});

Deno.test("clipboard clear empties it", async () => {
  await clipboard("set", "x");
  assertEquals((await clipboard("clear")).code, 0);
  const { code, stdout, stderr } = await clipboard("get");
  assertEquals([code, stdout], [3, ""]);
  assertMatch(stderr, /^winipc: Cannot read the clipboard as "text".*\n$/);
});

Deno.test("clipboard --json reports what happens", async () => {
  const [set] = jsonLines((await clipboard("set", TEXT, "--json")).stdout);
  assertObjectMatch(set, { event: "set", format: "text" });
  const [got] = jsonLines((await clipboard("get", "--json")).stdout);
  assertObjectMatch(got, { event: "clipboard", text: TEXT });
  const formats = jsonLines((await clipboard("formats", "--json")).stdout);
  assertObjectMatch(formats[0], { event: "format", id: 13 });
  const [cleared] = jsonLines((await clipboard("clear", "--json")).stdout);
  assertEquals(cleared.sequence > set.sequence, true);
});

Deno.test("clipboard watch refuses a bad format before it waits", async () => {
  const watch = ["watch", "--timeout", "1", "--format", "CF_BITMAP"];
  const { code, stderr } = await clipboard(...watch);
  assertEquals([code, stderr.includes("Invalid format")], [2, true]);
});

Deno.test("clipboard watch prints each text", async () => {
  const args = ["clipboard", "watch", "--count", "2"];
  await using plain = start(args);
  await using json = start([...args, "--json"]);
  assertEquals(await plain.ready(), "clipboard");
  await json.ready();
  await clipboard("set", TEXT);
  await plain.prints(`${TEXT}\n`);
  await json.prints(TEXT);
  await clipboard("set", "two");
  assertEquals((await plain.ended()).stdout, `${TEXT}\ntwo\n`);
  const events = jsonLines((await json.ended()).stdout);
  assertEquals(events.map(({ event, text }) => [event, text]), [
    ["change", TEXT],
    ["change", "two"],
  ]);
});

Deno.test("demo clipboard runs both sides", async () => {
  const { code, stdout, stderr } = await winipc([
    "demo",
    "clipboard",
    "--json",
  ]);
  assertEquals(code, 0, stdout + stderr);
  assertObjectMatch(jsonLines(stdout).at(-1), { event: "result", ok: true });
});

Deno.test("examples/clipboard carry texts from A to B", async () => {
  await using b = example("clipboard/b.ts", []);
  assertEquals(await b.ready(), "clipboard");
  await using a = example("clipboard/a.ts", []);
  await a.type("ünï <中文> 😀\n");
  await b.prints("ünï <中文> 😀 <b>ünï &lt;中文> 😀</b>\n");
  await a.type("Exit\n");
  assertEquals((await b.ended()).code, 0);
});
