import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { dirname } from "node:path";
import { createPipeClient, pipeFetch } from "../../lib/pipe_fetch/mod.ts";
import { parse } from "../../lib/cli/arguments/parse.ts";
import { removeTree } from "../../lib/wine/cache.ts";
import { createEvent } from "../../mod.ts";
import { IN_SESSION_0, UNDER_WINE } from "../support/system.ts";
import { jsonLines, start, winipc } from "./helpers.ts";
import { Examples, examplesOf, typed } from "./help_examples.ts";
import { runHere } from "./run_here.ts";
import { begin, type Running, withShell } from "./shell.ts";

// The files of the examples are in a folder of their own, where both processes are.
const HOME = Deno.cwd();
const FOLDER = await Deno.makeTempDir({ prefix: "winipc-examples-" });
Deno.chdir(FOLDER);
await Promise.all(
  Object.entries({
    "list.txt": "one\r\ntwo\r\nthree\r\n",
    "news.txt": "big\nnews\n",
    "notes.txt": "remember\n",
    "values.txt": "1.40\n1.50\n",
    "Demo.txt": "Shine",
    "in": "raw\0bytes",
  }).map(([name, text]) => Deno.writeTextFile(name, text)),
);
// Called last: what was registered later is called first, and leaves the folder.
Deno.test.afterAll(async () => {
  Deno.chdir(HOME);
  await removeTree(FOLDER);
});
withShell();

const examples = new Examples();
const LIST = "one\ntwo\nthree\n";

/** Interrupts a command once it has printed `text`, and tells what it has printed. */
async function interrupted(running: Running, text = ""): Promise<string> {
  await running.prints(text);
  await running.interrupt();
  const { code, stdout } = await running.ended();
  assertEquals(code, 130);
  return stdout;
}

/** Waits for a command that ends by itself, and tells what it has printed. */
async function finished(running: Running): Promise<string> {
  const { code, stdout, stderr } = await running.ended();
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("every example is understood", () => {
  const all = [...examplesOf().keys()].filter((line) =>
    !/^eval|\| Out-/.test(line)
  );
  assert(all.length > 100);
  for (const line of all) {
    assert(parse(typed(line).args).kind !== "help", line);
    // PowerShell drops an empty word.
    assert(!/ ""( |$)/.test(line), line);
  }
});

Deno.test("the examples of mailslot", async () => {
  await using first = await examples.begin("winipc mailslot read");
  await examples.run("winipc mailslot write Name hello");
  await examples.run("winipc mailslot write Name Exit");
  assertEquals(await finished(first), "hello\n");
  await using second = await examples.begin("winipc mailslot read");
  await examples.run("winipc mailslot write", { input: "typed\nExit\n" });
  assertEquals(await finished(second), "typed\n");
  await using one = await examples.begin("winipc mailslot read jobs --count 1");
  await runHere(["mailslot", "write", "jobs", "the one"]);
  assertEquals(await finished(one), "the one\n");
  const endless = 'winipc mailslot read jobs --until=""';
  await using all = await examples.begin(endless);
  await examples.run("winipc mailslot write jobs one two");
  await examples.run("type list.txt | winipc mailslot write jobs");
  await runHere(["mailslot", "write", "jobs", "Exit"]);
  const sent = `one\ntwo\n${LIST}Exit\n`;
  assertEquals(await interrupted(all, sent), sent);
});

Deno.test("the examples of pipe", async () => {
  await using echo = await examples.begin("winipc pipe serve --echo");
  const hello = "winipc pipe connect winipc hello";
  assertEquals(await examples.run(hello), "hello\n");
  assertEquals(await examples.run("winipc pipe call winipc hello"), "hello\n");
  const twice = "hello\nhello\n";
  assertEquals(await interrupted(echo, twice), twice);

  await using once = await examples.begin("winipc pipe serve jobs --once");
  const short = "winipc pipe connect jobs hello --timeout 500";
  await examples.run(short, { code: 5 });
  assertEquals(await finished(once), "hello\n");
  await using three = await examples.begin("winipc pipe serve jobs --count 3");
  await examples.run("type list.txt | winipc pipe connect jobs");
  assertEquals(await finished(three), LIST);

  await using news = await examples.begin("type news.txt | winipc pipe serve");
  const heard = await runHere(["pipe", "connect", "winipc", "--count", "2"]);
  assertEquals(heard.stdout, "big\nnews\n");
  await interrupted(news);

  await Deno.mkdir("public");
  await Deno.writeTextFile("public/index.html", "<h1>hello</h1>");
  const serving = "winipc pipe serve web --http public";
  await using web = await examples.begin(serving);
  await using client = createPipeClient("web");
  const page = await pipeFetch("http://./", { pipe: client });
  assertEquals(await page.text(), "<h1>hello</h1>");
  assertEquals(await interrupted(web), "");

  const early = examples.run("winipc pipe connect jobs hello --wait");
  await using jobs = await begin(["pipe", "serve", "jobs", "--echo"]);
  await jobs.ready();
  assertEquals(await early, "hello\n");
  assertEquals(await examples.run("winipc pipe connect jobs hello"), "hello\n");
  const count = "winipc pipe connect jobs hello --count 1";
  assertEquals(await examples.run(count), "hello\n");
  await examples.run("winipc pipe connect jobs --raw < in > out");
  assertEquals(await Deno.readTextFile("out"), "raw\0bytes");
  assertStringIncludes(await examples.run("winipc pipe info jobs"), "message");
  const [info] = jsonLines(await examples.run("winipc pipe info jobs --json"));
  assertEquals(info.name, "\\\\.\\pipe\\jobs");
  // Wine cannot list pipes.
  const code = UNDER_WINE ? 1 : 0;
  await examples.run("winipc pipe list", { code });
  await examples.run("winipc pipe list --json", { code });
  await interrupted(jobs);

  const calls = [
    ["calculator", 'winipc pipe call calculator "6*7"', "6*7\n"],
    ["device", "winipc pipe call device 00ff --hex --timeout 1000", "00ff\n"],
  ] as const;
  for (const [name, line, answer] of calls) {
    await using server = await begin(["pipe", "serve", name, "--echo"]);
    await server.ready();
    assertEquals(await examples.run(line), answer);
  }
});

Deno.test("the examples of shm", async () => {
  await using memory = await examples.begin(
    "winipc shm create ShareMemory Shine",
  );
  assertEquals(await examples.run("winipc shm read"), "Shine\n");
  await examples.run("winipc shm write ShareMemory w --offset 1");
  assertEquals(await examples.run("winipc shm read"), "Swine\n");
  const text = await examples.run("winipc shm info ShareMemory");
  assertStringIncludes(text, "4096");
  const json = await examples.run("winipc shm info ShareMemory --json");
  assertEquals(jsonLines(json)[0].size, 4096);
  await interrupted(memory);

  const held = 'winipc shm create jobs "x" --hold 20000';
  await interrupted(await examples.begin(held));
  await Deno.writeTextFile("data.bin", `${"-".repeat(64)}here`);
  await using jobs = await examples.begin(
    "winipc shm create jobs --file data.bin --size 65536",
  );
  const read = "winipc shm read jobs";
  assertEquals(await examples.run(`${read} --offset 64`), "here\n");
  assertEquals(
    await examples.run(`${read} --length 16 --hex`),
    `${"2d".repeat(16)}\n`,
  );
  await examples.run(`${read} --length 4096 --raw > copy.bin`);
  assertMatch(await examples.run(`${read} --wait`), /^-+here\n$/);
  assertEquals((await Deno.readFile("copy.bin")).byteLength, 4096);
  await examples.run('winipc shm write jobs "done" --nul');
  assertEquals((await runHere(["shm", "read", "jobs"])).stdout, "done\n");
  await examples.run("winipc shm write jobs 00ff --hex --offset 8");
  await interrupted(jobs);
  const piped = "type list.txt | winipc shm create jobs";
  await using listed = await examples.begin(piped);
  const { stdout } = await runHere(["shm", "read", "jobs"]);
  assertEquals(stdout.replaceAll("\r", "").trimEnd(), LIST.trimEnd());
  await interrupted(listed);
});

Deno.test("the examples of map", async () => {
  await examples.run("winipc map edit Demo.txt w --offset 1");
  assertEquals(await examples.run("winipc map cat Demo.txt"), "Swine\n");
  await examples.run("winipc map cat data.bin --raw > copy.bin");
  const [data, copy] = ["data.bin", "copy.bin"].map((name) =>
    Deno.readFileSync(name).toHex()
  );
  assertEquals(copy, data);
  // Past 4 GiB, in a file that has holes where the disk allows it.
  await Deno.truncate("data.bin", 2 ** 32 + 64);
  const edit = "winipc map edit data.bin 00ff --hex --offset 4294967297";
  await examples.run(edit);
  const cat = "winipc map cat data.bin --offset 4294967297 --length 16 --hex";
  assertEquals(await examples.run(cat), `00ff${"00".repeat(14)}\n`);
  await Deno.remove("data.bin");
});

Deno.test("the examples of message", async () => {
  await using client = await examples.begin("winipc message listen");
  await examples.run("winipc message send hello");
  await examples.run("type list.txt | winipc message send");
  assertMatch(await examples.run("winipc message windows"), / Client$/m);
  const windows = jsonLines(
    await examples.run("winipc message windows --json"),
  );
  const { handle } = windows.find(({ title }) => title === "Client");
  await examples.run("winipc message send --window 0x1003c hello", {
    replace: ["0x1003c", `0x${handle.toString(16)}`],
  });
  const sent = `hello\n${LIST}hello\n`;
  assertEquals(await interrupted(client, sent), sent);
  const one = "winipc message listen --title jobs --count 1";
  await using jobs = await examples.begin(one);
  await runHere(["message", "send", "--title", "jobs", "the one"]);
  assertEquals(await finished(jobs), "the one\n");
  await using both = await begin(["message", "listen", "--title", "jobs"]);
  await both.ready();
  await examples.run("winipc message send --title jobs one two");
  assertEquals(await interrupted(both, "one\ntwo\n"), "one\ntwo\n");
  const utf8 = "winipc message listen --encoding utf-8";
  await using narrow = await examples.begin(utf8);
  await runHere(["message", "send", "ü", "--encoding", "utf-8"]);
  assertEquals(await interrupted(narrow, "ü\n"), "ü\n");
});

Deno.test("the examples of clipboard", async () => {
  await using watcher = await examples.begin("winipc clipboard watch");
  await using json = await examples.begin("winipc clipboard watch --json");
  const next = "winipc clipboard watch --count 1";
  await using one = await examples.begin(next);
  await examples.run("winipc clipboard set hello");
  assertEquals(await finished(one), "hello\n");
  assertEquals(await interrupted(watcher, "hello\n"), "hello\n");
  assertEquals(jsonLines(await interrupted(json, "}\n"))[0].text, "hello");
  assertEquals(await examples.run("winipc clipboard get"), "hello\n");
  await examples.run("type notes.txt | winipc clipboard set");
  await examples.run("winipc clipboard get --raw > file.txt");
  assertEquals(await Deno.readTextFile("file.txt"), "remember");
  const formats = await examples.run("winipc clipboard formats");
  assertStringIncludes(formats, "CF_UNICODETEXT");
  await examples.run('winipc clipboard set "<b>bold</b>" --format html');
  await examples.run("winipc clipboard set C:\\a.txt --format files");
  const files = await examples.run("winipc clipboard get --format files");
  assertEquals(files, "C:\\a.txt\n");
  const rich = ["--format", "Rich Text Format"];
  await runHere(["clipboard", "set", "{\\rtf1 rich}", ...rich]);
  const get = 'winipc clipboard get --format "Rich Text Format"';
  assertStringIncludes(await examples.run(get), "{\\rtf1 rich}");
  await examples.run("winipc clipboard clear");
  await runHere(["clipboard", "get"]).then(({ code }) => assertEquals(code, 3));
});

Deno.test("the examples of anon", async () => {
  const sort = "winipc anon run sort.exe";
  assertEquals(
    (await examples.run(sort, { input: "b\r\na\r\n" })).replaceAll("\r", ""),
    "a\nb\n",
  );
  const echo = "winipc anon run cmd.exe /c echo hello";
  assertEquals((await examples.run(echo)).trim(), "hello");
  const hidden = "winipc anon run --windows-hide cmd.exe /c ver";
  assertStringIncludes(await examples.run(hidden), "Windows");
  const args = examples.args(
    'winipc anon run --json node.exe -e "console.log(1)"',
  );
  const node = Deno.env.get("WINIPC_TEST_NODE");
  if (node === undefined) return;
  const PATH = `${dirname(node)};${Deno.env.get("PATH")}`;
  const { stdout } = await winipc(args, { env: { PATH } });
  const [, message, exited] = jsonLines(stdout);
  assertEquals([message.text, exited.code], ["1", 0]);
});

Deno.test("the examples of socket", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const replace = ["8080", `${port}`] as const;
  const serve = "winipc socket serve 8080 --echo";
  await using server = await examples.begin(serve, { replace });
  const hello = "winipc socket connect 8080 hello";
  assertEquals(await examples.run(hello, { replace }), "hello\n");
  const wait = `${hello} --wait`;
  assertEquals(await examples.run(wait, { replace }), "hello\n");
  const list = "type list.txt | winipc socket connect 8080";
  assertEquals(await examples.run(list, { replace }), LIST);
  await interrupted(server);
  await interrupted(await examples.begin("winipc socket serve"));
});

Deno.test("the examples of dde", async () => {
  await using shop = await examples.begin(
    "winipc dde serve shop prices apple=1.20 pear=0.90",
  );
  const request = "winipc dde request shop prices apple";
  assertEquals(await examples.run(request), "1.20\n");
  assertEquals(await examples.run(`${request} --wait`), "1.20\n");
  await using advice = await begin(
    [...examples.args("winipc dde advise shop prices apple"), "--count", "3"],
  );
  await advice.ready();
  await examples.run("winipc dde poke shop prices apple 1.30");
  await examples.run("type values.txt | winipc dde poke shop prices apple");
  assertEquals(await finished(advice), "1.30\n1.40\n1.50\n");
  assertStringIncludes(await examples.run("winipc dde list"), "prices");
  const poked = "1.30\n1.40\n1.50\n";
  assertEquals(await interrupted(shop, poked), poked);
  const json = "winipc dde serve shop prices --json";
  await interrupted(await examples.begin(json));
  const again = "winipc dde serve shop prices apple=1.20";
  await interrupted(await examples.begin(again));
});

Deno.test("the examples of rpc", async () => {
  const lines = examples.open.filter((line) => line.includes("rpc:[app]"));
  const [serve, call] = lines as [string, string];
  await using server = await examples.begin(serve);
  assertEquals(await examples.run(call), "hello\n");
  assertEquals(await examples.run(`${call} --wait`), "hello\n");
  const heard = "hello\nhello\n";
  assertEquals(await interrupted(server, heard), heard);
  const tcp = examples.open.find((line) => line.includes("ncacn_ip_tcp"))!;
  await interrupted(await examples.begin(tcp));
});

Deno.test("the examples of objects", async () => {
  await using watching = await examples.begin("winipc objects jobs --watch");
  {
    using _event = createEvent("jobs.event");
    const listed = /^event +(?:Local|Global)\\jobs\.event$/m;
    assertMatch(await examples.run("winipc objects"), listed);
    assertMatch(await examples.run("winipc objects jobs"), listed);
    const all = 'winipc objects "Local\\*.event"';
    // Session 0 lists its objects under Global\.
    const own = await examples.run(all, { code: IN_SESSION_0 ? 3 : 0 });
    assertEquals(listed.test(own), !IN_SESSION_0);
    const json = jsonLines(await examples.run("winipc objects --json"));
    assert(json.some(({ kind }) => kind === "event"));
  }
  // Whether it saw the event depends on its interval.
  await interrupted(watching);
});

Deno.test("the examples of trace and demo", async () => {
  const a = "winipc pipe serve --echo --trace=a.jsonl";
  const b = "winipc pipe connect winipc hello --trace=b.jsonl";
  await using server = start(examples.args(a));
  await server.ready();
  const connected = await winipc(examples.args(b));
  assertEquals(connected.stdout, "hello\n");
  server.kill();
  await server.ended();
  const demo = await winipc(
    examples.args("winipc demo mailslot --trace=demo.jsonl"),
  );
  assertEquals(demo.code, 0, demo.stderr);
  await examples.run("winipc trace view demo.jsonl");
  assertStringIncludes(await Deno.readTextFile("demo.html"), "WriteFile");
  const view = "winipc trace view a.jsonl b.jsonl";
  await examples.run(view);
  await examples.run(`${view} --output both.html`);
  assertStringIncludes(await Deno.readTextFile("both.html"), "<html");

  await using reader = start(examples.args("winipc demo mailslot a"));
  await reader.ready();
  await using writer = start(examples.args("winipc demo mailslot b"), {
    input: "typed\n",
  });
  assertEquals((await writer.ended()).code, 0);
  assertEquals((await reader.ended()).stdout, "typed\n");
  const both = await winipc(examples.args("winipc demo mailslot"));
  assertMatch(both.stdout, /\nmailslot +yes /);
});

Deno.test("the examples of doctor and completions", async () => {
  assertEquals((await examples.runThere("winipc doctor")).stderr, "");
  const { stdout } = await examples.runThere("winipc doctor --json");
  assert(jsonLines(stdout).length > 10);
  for (const shell of ["bash", "zsh", "powershell"]) {
    const script = await examples.run(`winipc completions ${shell}`);
    assertStringIncludes(script, "completions");
  }
});

Deno.test("every example has been run", () => {
  // The shells' own, which tests/cli/linux/completions_test.ts types.
  examples.except(/^eval|\| Out-String/);
  // demo_test.ts runs it, with names of its own.
  examples.except(/^winipc demo$/);
  // tests/relay runs each of these ends with a partner.
  examples.except(/^winipc relay /);
  // Another computer, Excel, and Windows' Program Manager and service manager.
  examples.except(/192\.168\.1\.2| Excel\b| PROGMAN |svcctl/);
  assertEquals(examples.open, []);
});
