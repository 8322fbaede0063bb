import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { userCache } from "../../lib/wine/cache.ts";
import {
  finish,
  readUntil,
  startMain,
  startWin,
  tempFolder,
  win,
} from "../support/linux.ts";

const ARGS = [
  "plain",
  "é 😀 中文",
  'q"uote',
  "back\\",
  "two\\\\",
  'both\\"',
  "",
  "'",
  "*",
  "%PATH%",
  "a b",
];

Deno.test("win passes arguments unchanged", async () => {
  const script = "console.log(JSON.stringify(Deno.args))";
  const { stdout } = await win(["eval", script, ...ARGS]);
  assertEquals(JSON.parse(stdout), ARGS);
});

Deno.test("win passes bytes from stdin to stdout, up to the end", async () => {
  const bytes = new Uint8Array(200_000).map((_, at) => at * 7 + (at >> 8));
  const child = startWin([
    "eval",
    "await Deno.stdin.readable.pipeTo(Deno.stdout.writable)",
  ]);
  const writer = child.stdin.getWriter();
  const [output] = await Promise.all([
    child.output(),
    writer.write(bytes).then(() => writer.close()),
  ]);
  assertEquals(output.stdout, bytes);
});

Deno.test("win keeps stderr and the exit code", async () => {
  const script = 'console.error("talk"); Deno.exit(42)';
  const { code, stdout, stderr } = await win(["eval", script]);
  assertEquals([code, stdout], [42, ""]);
  assertStringIncludes(stderr, "talk");
});

Deno.test("win opens Linux paths and file URLs", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/é.txt`;
  await Deno.writeTextFile(file, "here");
  const script = `const [path, url] = Deno.args;
    console.log(await Deno.readTextFile(path));
    console.log(await Deno.readTextFile(new URL(url)));`;
  const { stdout } = await win(["eval", script, file, `file://${file}`]);
  assertEquals(stdout, "here\nhere\n");
});

Deno.test("win runs in the caller's folder", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(
    `${folder.path}/script.ts`,
    "console.log(Deno.cwd())",
  );
  const { stdout } = await win(["run", "script.ts"], "", { cwd: folder.path });
  assertEquals(stdout.trim(), `Z:${folder.path.replaceAll("/", "\\")}`);
});

Deno.test("win drops variables with Linux paths to certificates", async () => {
  const names = ["NODE_EXTRA_CA_CERTS", "DENO_CERT", "SSL_CERT_FILE"];
  const env = Object.fromEntries(names.map((name) => [name, "/etc/hosts"]));
  const script = `console.log(${
    JSON.stringify(names)
  }.map((name) => Deno.env.has(name)).join(), Deno.env.get("KEPT"))`;
  const { stdout, stderr } = await win(["eval", script], "", {
    env: { ...env, KEPT: "/kept" },
  });
  assertEquals([stdout.trim(), stderr], ["false,false,false /kept", ""]);
});

Deno.test("win survives a closed stdout", async () => {
  const child = startWin([
    "eval",
    `try { while (true) await Deno.stdout.write(new Uint8Array(65536)); }
     catch (error) { console.error(error.name); Deno.exit(9); }`,
  ]);
  await child.stdin.close();
  await child.stdout.cancel();
  const [stderr, { code }] = await Promise.all([
    new Response(child.stderr).text(),
    child.status,
  ]);
  assertEquals(code, 9);
  assertMatch(stderr, /BrokenPipe|Error/);
});

Deno.test("separate invocations meet in one Windows", async () => {
  const pipe = `\\\\.\\pipe\\winipc-test-${Deno.pid}`;
  const server = startWin([
    "eval",
    `import net from "node:net";
     const server = net.createServer((socket) => {
       socket.end("hello from " + Deno.build.os);
     });
     server.listen(Deno.args[0], () => console.log("ready"));
     for await (const _ of Deno.stdin.readable);
     Deno.exit(0);`,
    pipe,
  ]);
  await readUntil(server.stdout, "ready");
  const client = await win([
    "eval",
    `import net from "node:net";
     net.connect(Deno.args[0]).on("data", (data) => {
       console.log(String(data));
       Deno.exit(0);
     });`,
    pipe,
  ]);
  assertEquals(client.stdout.trim(), "hello from windows");
  assertEquals((await finish(server)).code, 0);
});

Deno.test("wine runs a program of Windows, and one named by a Linux path", async () => {
  const inside = await finish(startMain(["wine", "cmd", "/c", "exit 7"]));
  assertEquals(inside.code, 7);
  const { stdout: path } = await win(["eval", "console.log(Deno.execPath())"]);
  const linuxPath = path.trim().slice(2).replaceAll("\\", "/");
  const named = await finish(startMain(["wine", linuxPath, "--version"]));
  assertStringIncludes(named.stdout, "x86_64-pc-windows-msvc");
});

// The private root shows /tmp as it is: a link to anywhere else leads astray
// there unless it is followed before.
Deno.test("a cache, a program and a working folder may be reached by links", async () => {
  await win(["--version"]);
  const path = await Deno.makeTempDir({ dir: "/var/tmp" });
  try {
    const user = userCache();
    await Deno.symlink(user.dir, `${path}/cache`);
    await Deno.symlink(user.denoExe, `${path}/other.exe`);
    await Deno.symlink("/usr/share", `${path}/cwd`);
    const options = {
      cwd: `${path}/cwd`,
      env: { WINIPC_CACHE: `${path}/cache` },
    };
    const named = await finish(
      startMain(["wine", `${path}/other.exe`, "--version"], options),
    );
    assertEquals([named.code, named.stderr], [0, ""]);
    assertStringIncludes(named.stdout, "deno ");
    const ran = await win(["eval", "console.log(Deno.cwd())"], "", options);
    assertEquals([ran.code, ran.stdout.trim()], [0, "Z:\\usr\\share"]);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("a wrong verb ends with exit code 2", async () => {
  const { code, stderr } = await finish(startMain(["nothing"]));
  assertEquals(code, 2);
  assertStringIncludes(stderr, "deno task wine");
});
