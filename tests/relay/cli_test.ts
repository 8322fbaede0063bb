import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parse } from "../../lib/cli/arguments/parse.ts";
import { RELAY } from "../../lib/cli/commands/relay/spec.ts";
import {
  connectPipe,
  connectSocket,
  createMailslot,
  listenMessages,
  listenPipe,
  listenSocket,
  openMailslot,
  readClipboard,
  readExactly,
  sendCopyData,
  writeClipboard,
} from "../../mod.ts";
import { type Program, start, winipc } from "../cli/helpers.ts";
import { runHere } from "../cli/run_here.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { freePort } from "./helpers.ts";

const NATS = Deno.env.get("WINIPC_TEST_NATS");

/** The examples of the help, as they would be typed behind "winipc". */
const EXAMPLES = [...RELAY.help.matchAll(/^ {2}winipc (relay \S+ \S+)/gm)]
  .map(([, line]) => line!);
const untried = new Set(EXAMPLES);

/** Starts an example of the help, with these words instead of its own. */
function example(
  line: string,
  words: Record<string, string | number>,
): Program {
  assert(untried.has(line) || EXAMPLES.includes(line), `no example "${line}"`);
  untried.delete(line);
  const pattern = new RegExp(Object.keys(words).join("|") || "$^", "g");
  const typed = line.replace(pattern, (word) => `${words[word]}`);
  return start(typed.split(" "));
}

// Deno has four threads a processor for what its children say and hear: no test
// has more than three of them.

Deno.test("relay --help: its examples of pipes and stdio", async () => {
  const app = uniqueName();
  await using far = example("relay pipe-listen:app stdio", { app });
  await far.ready();
  await using typing = example("relay stdio pipe:app", { app });
  await typing.type("hello there\n");
  await far.prints("hello there\n");
  await far.type("hello back\n");
  await typing.prints("hello back\n");
  await far.endInput();
  await typing.endInput();
  assertEquals((await far.ended()).code, 0);
  assertEquals((await typing.ended()).code, 0);
});

Deno.test("relay --help: its examples of pipes and TCP", async () => {
  const [app, port] = [uniqueName(), freePort()];
  await using listener = listenPipe(`${app}2`);
  const far = { app: `${app}2`, 8080: port };
  await using there = example("relay tcp-listen:8080 pipe:app", far);
  const near = { app, 8080: port };
  await using here = example("relay pipe-listen:app tcp:127.0.0.1:8080", near);
  await Promise.all([there.ready(), here.ready()]);
  await using client = await connectPipe(app);
  await client.write(bytes("hello"));
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 5)), "hello");
  await server.write(bytes("back"));
  assertEquals(text(await readExactly(client, 4)), "back");
});

Deno.test("relay --help: its examples of programs and mailslots", async () => {
  const [sort, Name] = [uniqueName(), uniqueName()];
  const sorting = { "listen:sort": `listen:${sort}` };
  await using sorter = example("relay pipe-listen:sort exec:sort", sorting);
  await using reader = example("relay mailslot-listen:Name stdio", { Name });
  await Promise.all([sorter.ready(), reader.ready()]);
  await using writer = example("relay stdio mailslot:Name", { Name });
  await writer.type("one\nzwei 中\n");
  await writer.endInput();
  await reader.prints("one\nzwei 中\n");
  assertEquals((await writer.ended()).code, 0);
  await using client = await connectPipe(sort);
  await client.write(bytes("b\r\na\r\n"));
  client.close();
});

Deno.test("relay --help: its examples of window messages", async () => {
  const [Client, Name] = [uniqueName(), uniqueName()];
  await using slot = createMailslot(Name);
  await using target = listenMessages({ title: `${Client}2` });
  await using into = example("relay message-listen:Client mailslot:Name", {
    Client,
    Name,
  });
  await using out = example("relay mailslot-listen:Name message:Client", {
    Client: `${Client}2`,
    Name: `${Name}2`,
  });
  await Promise.all([into.ready(), out.ready()]);
  await sendCopyData(Client, bytes("to a mailslot"));
  assertEquals(text(await slot.receive()), "to a mailslot");
  await using sender = await openMailslot(`${Name}2`);
  await sender.send(bytes("to a window"));
  assertEquals(text((await target.receive()).bytes), "to a window");
});

Deno.test("relay --help: its examples of rings", async () => {
  const [one, two] = [uniqueName(), uniqueName()];
  await using writer = example("relay stdio ring-create:ticks", { ticks: one });
  await using reader = example("relay ring-create:ticks stdio", { ticks: two });
  await Promise.all([writer.ready(), reader.ready()]);
  await using out = example("relay ring:ticks stdio", { ticks: one });
  await using into = example("relay stdio ring:ticks", { ticks: two });
  for (const [from, to] of [[writer, out], [into, reader]] as const) {
    await from.type("tick\n");
    await to.prints("tick\n");
    await from.endInput();
    assertEquals((await from.ended()).code, 0);
    assertEquals((await to.ended()).code, 0);
  }
});

Deno.test("relay --help: its examples of WebSockets and the clipboard", async () => {
  const [Name, port] = [uniqueName(), freePort()];
  await using slot = createMailslot(Name);
  await using page = example("relay ws-listen:8081 mailslot:Name", {
    8081: port,
    Name,
  });
  await using copied = example("relay clipboard stdio", {});
  assertEquals(await page.ready(), `ws://127.0.0.1:${port}`);
  await using hand = example("relay stdio ws:127.0.0.1:8081", { 8081: port });
  await hand.type("by hand\n");
  assertEquals(text(await slot.receive()), "by hand");
  await hand.endInput();
  await copied.ready();
  await writeClipboard("copied");
  await copied.prints("copied\n");
  await copied.type("typed\n");
  await copied.endInput();
  for (;;) {
    const { text: now } = await readClipboard();
    if (now === "typed") break;
    assertEquals(now, "copied");
  }
});

Deno.test({
  name: `relay --help: its examples of NATS${
    NATS ? "" : " (no nats-server here)"
  }`,
  ignore: NATS === undefined,
  async fn() {
    const app = uniqueName();
    const env = { env: { NATS_URL: NATS! } };
    await using listener = listenPipe(app, { mode: "message" });
    const run = (line: string, from: string, to: string) => {
      assert(untried.delete(line), `no example "${line}"`);
      return start(["relay", from, to, "--mode", "message"], env);
    };
    await using there = run(
      "relay nats-listen:app pipe:app",
      `nats-listen:${app}`,
      `pipe:${app}`,
    );
    await using here = run(
      "relay pipe-listen:app nats:app",
      `pipe-listen:${app}2`,
      `nats:${app}`,
    );
    await Promise.all([there.ready(), here.ready()]);
    await using client = await connectPipe(`${app}2`);
    await client.write(bytes("question"));
    await using server = await listener.accept();
    assertEquals(text(await server.readMessage()), "question");
    await server.write(bytes("answer"));
    assertEquals(text(await client.readMessage()), "answer");
  },
});

Deno.test("relay --help: all its examples are run", () => {
  assertEquals(EXAMPLES.length, 18);
  const unrun = [...untried].filter((line) => NATS || !line.includes("nats"));
  assertEquals(unrun, []);
});

Deno.test("relay --json counts, --hex shows and --tee copies what passes", async () => {
  const name = uniqueName();
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "older and longer");
  await using listener = listenPipe(name);
  await using program = start([
    "relay",
    "tcp-listen:0",
    `pipe:${name}`,
    "--json",
    "--hex",
    "--count",
    "1",
    "--tee",
    file,
  ]);
  const where = await program.ready();
  await using client = await connectSocket(where);
  await client.write(bytes("hello"));
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 5)), "hello");
  const { code, stdout } = await program.ended();
  assertEquals(code, 0);
  const lines = stdout.trim().split("\n");
  const events = lines.filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  assertEquals([events[0].event, events[0].name], ["ready", where]);
  const { event, forth, back, partners, failed } = events.at(-1);
  assertEquals({ event, forth, back, partners, failed }, {
    event: "done",
    forth: { bytes: 5, messages: 1 },
    back: { bytes: 0, messages: 0 },
    partners: 1,
    failed: 0,
  });
  assertMatch(stdout, /^> 00000000 {2}68 65 6c 6c 6f .* hello$/m);
  assertEquals(await Deno.readTextFile(file), "hello");
  await Deno.remove(file);
});

Deno.test("relay says when other computers can connect", async () => {
  await using program = start(["relay", "tcp-listen:0.0.0.0:0", "exec:sort"]);
  assertMatch(
    await program.ready(),
    /^0\.0\.0\.0:\d+ \(other computers can connect\)$/,
  );
});

Deno.test("relay ends with the exit code of what went wrong", async () => {
  const name = uniqueName();
  const missing = await winipc(["relay", "stdio", `pipe:${name}`]);
  assertEquals(missing.code, 3);
  assertMatch(missing.stderr, /^winipc: pipe:.*: Cannot connect to/);
  const wrong = await winipc(["relay", "mailslot:a", "mailslot:b"]);
  assertEquals(wrong.code, 2);
  assertMatch(wrong.stderr, /nothing can pass from one of them to the other/);
});

Deno.test("relay stdio --frame none sends lines to a message pipe whose server reads them", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name, { mode: "message" });
  const args = ["relay", "stdio", `pipe:${name}`, "--frame", "none"];
  await using program = start(args);
  await using server = await listener.accept();
  await program.type("hello\n");
  assertEquals(text(await server.readMessage()), "hello\n");
  await server.write(bytes("HELLO\n"));
  await program.prints("HELLO\n");
});

Deno.test("relay refuses --frame between two ends that carry bytes", async () => {
  await using listener = listenPipe(uniqueName());
  const ends = ["stdio", `pipe:${listener.name}`];
  const { code, stderr } = await winipc(["relay", ...ends, "--frame", "u32le"]);
  assertEquals(code, 2);
  assertMatch(
    stderr,
    /Invalid frame "u32le": stdio and pipe:\S+ both carry bytes/,
  );
});

Deno.test("parse() reads relay", () => {
  const command = parse(["relay", "a", "b", "--frame", "line", "--wait"]);
  assert(command.kind === "relay");
  assertEquals([command.from, command.to, command.frame, command.wait], [
    "a",
    "b",
    "line",
    true,
  ]);
});

Deno.test("relay shows messages as lines, and continues after an invalid one", async () => {
  const name = uniqueName();
  await using program = start(["relay", `mailslot-listen:${name}`, "stdio"]);
  await program.ready();
  await using sender = await openMailslot(name);
  for (const message of ["one", "a\nb", "two"]) {
    await sender.send(bytes(message));
  }
  await program.prints("one\ntwo\n");
  await program.says(
    'winipc: stdio: Cannot frame a message of 3 bytes as a line: it contains a line end; use a length before it, such as "u32be"\n',
  );
});

for (
  const [from, to, options] of [
    ["mailslot-listen:Name", "stdio", []],
    ["mailslot-listen:Name", "mailslot:Other", ["--hex"]],
  ] as const
) {
  Deno.test(`relay ${to} ${options.join(" ")} ends quietly when nobody reads its stdout`, async () => {
    const [name, other] = [uniqueName(), uniqueName()];
    await using _other = createMailslot(other);
    const ends = [from.replace("Name", name), to.replace("Other", other)];
    await using program = start(["relay", ...ends, ...options]);
    await program.ready();
    await using sender = await openMailslot(name);
    await sender.send(bytes("one"));
    await program.prints("one");
    await program.closeStdout();
    let over = false;
    const ending = program.ended().finally(() => over = true);
    // Until the system has closed it, the relay writes on.
    while (!over) {
      await sender.send(bytes("more")).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve));
    }
    const { code, stderr } = await ending;
    assertEquals([code, stderr], [0, `ready: \\\\.\\mailslot\\${name}\n`]);
  });
}

Deno.test("relay exec: hands a program its arguments by Windows' own rule", async () => {
  const child = fileURLToPath(new URL("./peers/child.ts", import.meta.url));
  const { code, stdout, stderr } = await winipc([
    "relay",
    "stdio",
    `exec:"${Deno.execPath()}" run --no-config -A "${child}" argv \\"a\\" "b c" "" d\\\\\\"`,
  ]);
  assertEquals([stderr, code], ["", 0]);
  assertEquals(JSON.parse(stdout), ['"a"', "b c", "", 'd\\"']);
});

Deno.test("relay exec: says what happened when a program takes no more input", async () => {
  await using program = start([
    ...["relay", "stdio", "exec:cmd /c echo done"],
    ...["--linger", "600000"],
  ]);
  await program.prints("done");
  // Until Windows has closed the program's stdin, it takes what is typed.
  let over = false;
  const ending = program.ended().finally(() => over = true);
  while (!over) {
    await program.type("late\n");
    await new Promise((resolve) => setTimeout(resolve));
  }
  const { code, stdout, stderr } = await ending;
  assertEquals([code, stdout], [1, "done\r\n"]);
  assertEquals(
    stderr,
    'winipc: exec:cmd /c echo done: "cmd" has ended, or closed its stdin: what came later did not arrive\n',
  );
});

Deno.test("relay stdio ends when the other side sends no more", async () => {
  await using listener = await listenSocket();
  await using relay = start(["relay", "stdio", `tcp:${listener.name}`]);
  await using server = await listener.accept();
  await server.write(bytes("answer\n"));
  await server.closeWrite();
  const { code, stdout } = await relay.ended();
  assertEquals([code, stdout], [0, "answer\n"]);
});

Deno.test("relay --tee keeps a file's content if the relay is refused", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "before");
  using far = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const tee = ["--tee", file];
  const bytes = [`pipe:${uniqueName()}`, `tcp:127.0.0.1:${far.addr.port}`];
  await using listener = listenPipe(bytes[0]!.slice("pipe:".length));
  for (
    const [args, fact] of [
      [["tcp-listen:0", "nats:a@h:99999", ...tee], "Invalid server"],
      // Both ends are open by then.
      [[...bytes, "--frame", "line", ...tee], "Invalid frame"],
      [["tcp-listen:0", bytes[0]!, ...tee, "--tee-back", file], "one file"],
      [
        ["tcp-listen:0", bytes[0]!, ...tee, "--tee-back", file.toUpperCase()],
        "one file",
      ],
      [["stdio", "stdio", ...tee], "only one of them"],
      [["stdio", bytes[0]!, "--one-way", "--tee-back", "f"], "--one-way"],
    ] as const
  ) {
    const { code, stderr } = await runHere(["relay", ...args]);
    assertEquals([code, stderr.includes(fact)], [2, true], stderr);
    assertEquals(await Deno.readTextFile(file), "before");
  }
  listener.close();
  await Deno.remove(file);
});

Deno.test("relay --tee copies the messages of several partners one by one", async () => {
  const [front, back] = [uniqueName(), uniqueName()];
  const file = await Deno.makeTempFile();
  await using app = listenPipe(back, { mode: "message" });
  await using program = start([
    "relay",
    `pipe-listen:${front}`,
    `pipe:${back}`,
    "--mode",
    "message",
    "--count",
    "3",
    "--tee",
    file,
  ]);
  await program.ready();
  const SIZE = 3 << 20;
  const send = async (letter: string) => {
    await using client = await connectPipe(front, { mode: "message" });
    await using server = await app.accept();
    await client.write(bytes(letter.repeat(SIZE)));
    const message = await server.readMessage({ maxSize: SIZE });
    assertEquals(message?.byteLength, SIZE);
  };
  await Promise.all(["a", "b", "c"].map(send));
  assertEquals((await program.ended()).code, 0);
  const copy = await Deno.readTextFile(file);
  assertEquals(copy.length, 3 * SIZE);
  assertMatch(copy, /^(?:a+b+c+|a+c+b+|b+a+c+|b+c+a+|c+a+b+|c+b+a+)$/);
  await Deno.remove(file);
});
