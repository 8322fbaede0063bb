import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { tempFolder } from "../../support/linux.ts";

const ROOT = new URL("../../../", import.meta.url);
const TIMEOUT = 180_000;

/** Installs the command as the README says, from `source`, and gives its path. */
async function install(source: string, root: string): Promise<string> {
  const args = ["install", "-g", "-A", "-n", "winipc", "--root", root, source];
  const { code, stderr } = await run(Deno.execPath(), args, root);
  assertEquals(code, 0, stderr);
  return `${root}/bin/winipc`;
}

async function run(
  program: string,
  args: string[],
  cwd: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    // The shim looks for "deno" on the PATH.
    env: {
      NO_COLOR: "1",
      PATH: `${cwd}/path:${Deno.env.get("PATH")}`,
    },
    stdin: "null",
    signal: AbortSignal.timeout(TIMEOUT),
  }).output();
  const [out, talk] = [stdout, stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  return { code, stdout: out!, stderr: talk! };
}

/** A folder outside of the project, with this Deno as `deno` on its PATH. */
async function elsewhere() {
  const folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/path`);
  await Deno.symlink(Deno.execPath(), `${folder.path}/path/deno`);
  return folder;
}

/** What anybody would try first: two sides, arguments, exit codes. */
async function tryOut(winipc: string, cwd: string): Promise<void> {
  const name = `winipc-install-test-${Deno.pid}-${crypto.randomUUID()}`;
  const version = await run(winipc, ["--version"], cwd);
  assertMatch(version.stdout, /^winipc \d+\.\d+\.\d+\n$/);
  const reading = run(winipc, ["mailslot", "read", name], cwd);
  const texts = ["ü 中文 😀", "two words", "Exit"];
  // Both load all of their modules first.
  const write = ["mailslot", "write", name, ...texts, "--timeout", "300000"];
  const written = await run(winipc, write, cwd);
  assertEquals([written.code, written.stdout], [0, ""]);
  const read = await reading;
  assertEquals([read.code, read.stdout], [0, "ü 中文 😀\ntwo words\n"]);
  const wrong = await run(winipc, ["mailslot", "raed"], cwd);
  assertEquals(wrong.code, 2);
  assertMatch(wrong.stderr, /Did you mean "read"\?/);
}

Deno.test("deno install -g makes cli.ts the command winipc", async () => {
  await using folder = await elsewhere();
  const source = fileURLToPath(new URL("cli.ts", ROOT));
  await tryOut(await install(source, folder.path), folder.path);
});

Deno.test("deno install -g works from a web address, too", async () => {
  await using folder = await elsewhere();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  await using server = Deno.serve(options, async ({ url }) => {
    const { pathname } = new URL(url);
    const type = pathname.endsWith(".json")
      ? "application/json"
      : "application/typescript";
    try {
      const file = await Deno.readFile(new URL(`.${pathname}`, ROOT));
      return new Response(file, { headers: { "content-type": type } });
    } catch {
      return new Response("Not found", { status: 404 });
    }
  });
  const source = `http://127.0.0.1:${server.addr.port}/cli.ts`;
  await tryOut(await install(source, folder.path), folder.path);
});
