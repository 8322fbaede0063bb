import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { removeTree } from "../../lib/wine/cache.ts";
import { jsonLines } from "../cli/helpers.ts";
import { uniqueName } from "../support/names.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";
import { rulesFlag } from "../windows_rules/import_map.ts";

const ROOT = new URL("../../", import.meta.url);
const TIME_LIMIT = 120_000;
const TYPES: Record<string, string> = {
  ts: "application/typescript",
  json: "application/json",
};

/** What a stranger writes who has nothing but the address. */
const SCRIPT = `
import { connectPipe, listenMessages, listenPipe, sendCopyData } from "MOD";

const name = Deno.args[0];
await using listener = listenPipe(name);
await using client = await connectPipe(name);
await using server = await listener.accept();
await client.write(new TextEncoder().encode("over a pipe"));
const buffer = new Uint8Array(64);
const length = await server.read(buffer);
console.log(new TextDecoder().decode(buffer.subarray(0, length ?? 0)));

await using window = listenMessages({ title: name });
const [answer, message] = await Promise.all([
  sendCopyData(name, new TextEncoder().encode("to a window")),
  window.receive(),
]);
console.log(answer, new TextDecoder().decode(message.bytes));
`;

/** The project, as a web server gives it, and a folder that knows nothing of it. */
class Away implements AsyncDisposable {
  readonly folder: string;
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly asked = new Set<string>();

  constructor() {
    this.folder = Deno.makeTempDirSync({ prefix: "winipc-away-" });
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(options, async ({ url }) => {
      const { pathname } = new URL(url);
      this.asked.add(pathname);
      try {
        const file = fileURLToPath(new URL(`.${pathname}`, ROOT));
        const type = TYPES[pathname.split(".").at(-1)!] ?? "text/plain";
        const headers = { "content-type": type };
        return new Response(await Deno.readFile(file), { headers });
      } catch {
        return new Response("Not found", { status: 404 });
      }
    });
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Starts Deno there, with an empty cache. */
  start([verb, ...rest]: string[], input = ""): Deno.ChildProcess {
    const root = new URL(`${this.url}/`);
    const rules = WINDOWS_RULES ? [rulesFlag({ root })] : [];
    const child = new Deno.Command(Deno.execPath(), {
      args: [verb!, ...rules, ...rest],
      cwd: this.folder,
      env: {
        DENO_DIR: `${this.folder}\\cache`,
        NO_COLOR: "1",
        // Deno tells of what it downloads, also on behalf of cli.ts.
        DENO_LOG: "error",
        WINIPC_VERBOSE: "",
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(TIME_LIMIT),
    }).spawn();
    const writer = child.stdin.getWriter();
    writer.write(new TextEncoder().encode(input))
      .then(() => writer.close()).catch(() => {});
    return child;
  }

  /** Runs Deno there to its end. */
  async run(args: string[], input = ""): Promise<[number, string, string]> {
    const child = this.start(args, input);
    const { code, stdout, stderr } = await child.output();
    const [out, talk] = [stdout, stderr]
      .map((bytes) => new TextDecoder().decode(bytes));
    return [code, out!, talk!];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    await removeTree(this.folder);
  }
}

Deno.test("mod.ts works from the web: a pipe, and a window with its thread", async () => {
  await using away = new Away();
  const script = SCRIPT.replace("MOD", `${away.url}/mod.ts`);
  await Deno.writeTextFile(`${away.folder}\\stranger.ts`, script);
  const args = ["run", "-A", "--quiet", "stranger.ts", uniqueName()];
  const [code, stdout, stderr] = await away.run(args);
  assertEquals(
    [code, stdout, stderr],
    [0, "over a pipe\n1 to a window\n", ""],
  );
});

Deno.test("an entrance works from the web, and loads its mechanism alone", async () => {
  await using away = new Away();
  const entrance = new URL(config.exports["./mailslot"], `${away.url}/`);
  await Deno.writeTextFile(
    `${away.folder}\\stranger.ts`,
    `
import { createMailslot, openMailslot } from "${entrance}";

await using slot = createMailslot(Deno.args[0]);
await using sender = await openMailslot(Deno.args[0]);
await sender.send(new TextEncoder().encode("into a mailslot"));
console.log(new TextDecoder().decode(await slot.receive()));
`,
  );
  const args = ["run", "-A", "--quiet", "stranger.ts", uniqueName()];
  assertEquals(await away.run(args), [0, "into a mailslot\n", ""]);
  // The rules load what they are made of besides.
  if (WINDOWS_RULES) return;
  const folders = [...away.asked].map((path) => path.split("/")[2]);
  const below = ["mailslot", "io", "win32", "granted_permissions.ts"];
  assertEquals(new Set(folders), new Set(below));
});

Deno.test("cli.ts works from the web", async () => {
  await using away = new Away();
  const winipc = ["run", "-A", "--quiet", `${away.url}/cli.ts`];
  const name = uniqueName();
  const reader = away.start([...winipc, "mailslot", "read", name]);
  const reading = reader.output();
  // Both load all of their modules first.
  const limit = ["--timeout", "300000"];
  const write = ["mailslot", "write", name, "ü 中文 😀", "Exit", ...limit];
  const [writeCode, written, talk] = await away.run([...winipc, ...write]);
  assertEquals([writeCode, written, talk], [0, "", ""]);
  const { code, stdout } = await reading;
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "ü 中文 😀\n"]);
  // It loads what it runs, and no more.
  assertMatch(
    [...away.asked].join(" "),
    /\/lib\/cli\/commands\/mailslot\/read\.ts/,
  );
  assertEquals(away.asked.has("/lib/cli/commands/clipboard/set.ts"), false);
  // The demo starts itself, from the same address.
  const demo = ["demo", "shm", "--json", "--rounds", "0", "--prefix", name];
  const [demoCode, lines] = await away.run([...winipc, ...demo]);
  assertEquals([demoCode, jsonLines(lines).at(-1).ok], [0, true]);
});
