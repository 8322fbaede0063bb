import {
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  createAnonymousPipe,
  openProcess,
  type ProcessObject,
  spawn,
  type SpawnOptions,
  trace,
  waitFor,
  waitForAll,
  type Win32Error,
} from "../../mod.ts";
import { restoreLastError } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import type { Native } from "../../lib/win32/table.ts";
import { fromUtf16 } from "../../lib/win32/utf16.ts";
import { removeTree } from "../../lib/wine/cache.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { SYSTEM32 } from "../support/system32.ts";
import { wrapped } from "../support/wrapped.ts";
import { allText, cmd, denoChild, line } from "./helpers.ts";

const STARTF_USESHOWWINDOW = 0x1;
const STARTF_USESTDHANDLES = 0x100;
const CREATE_NEW_CONSOLE = 0x10;
const CREATE_NO_WINDOW = 0x800_0000;
const WAIT_TIMEOUT = 0x102;
const INFINITE = 0xffff_ffff;

// Opened once for the process, so that no test counts it as its own.
const { WaitForSingleObject } = Deno.dlopen(`${SYSTEM32}\\kernel32.dll`, {
  WaitForSingleObject: { parameters: ["usize", "u32"], result: "u32" },
}).symbols;

const PIECES = [
  ...' \t""\\\\\\abc%^&|<>!\'`$(){}[]=;,*?/-é中😀',
  "\n",
  "\v",
  '\\"',
];
const SEEDS = [1, 2, 3];

/** So many arguments of pieces that quoting may break, always the same ones. */
function tricky(seed: number, count: number): string[] {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  return Array.from(
    { length: count },
    () =>
      Array.from({ length: next(9) }, () => PIECES[next(PIECES.length)]).join(
        "",
      ),
  );
}

const KNOWN = [
  ...["", " ", '"', '""', "\\", "\\\\", '\\"', '\\\\"', "a b", "a\\ b\\"],
  ...["C:\\Program Files\\", '"quoted"', "日本語 中文", "😀", "--flag=a b"],
];

for (const seed of SEEDS) {
  Deno.test(`spawn() hands over arguments as they are (seed ${seed})`, async () => {
    const args = [...KNOWN, ...tricky(seed, 500)];
    await using child = denoChild("argv", args);
    assertEquals(JSON.parse(await allText(child.stdout)), args);
  });
}

testWith("node")("spawn() hands over arguments to a C runtime", async () => {
  const args = [...KNOWN, ...tricky(4, 500)];
  const code = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  await using child = spawn(pathOfPartner("node")!, {
    args: ["-e", code, "--", ...args],
    stdin: "null",
    stdout: "pipe",
  });
  assertEquals(JSON.parse(await allText(child.stdout)), args);
});

Deno.test("spawn() hands over variables, sorted and once each", async () => {
  await using child = denoChild("place", ["Ключ"], {
    env: { "Ключ": "значение = 值 😀", path: Deno.env.get("PATH")! },
    cwd: new URL("../", import.meta.url),
  });
  assertEquals(JSON.parse(await allText(child.stdout)), [
    fileURLToPath(new URL("..", import.meta.url)).replace(/\\$/, ""),
    "значение = 值 😀",
  ]);
  await using other = denoChild("names", [], { env: { TeMp: "x" } });
  const names: string[] = JSON.parse(await allText(other.stdout));
  assertEquals(names.filter((name) => name.toUpperCase() === "TEMP").length, 1);
});

Deno.test("spawn() with clearEnv hands over nothing but env", async () => {
  const root = Deno.env.get("SystemRoot")!;
  const env = { SystemRoot: root, ONLY: "this" };
  await using child = cmd("set", { env, clearEnv: true });
  const names = (await allText(child.stdout)).split("\r\n")
    .map((each) => each.split("=")[0]);
  assertEquals(names.includes("ONLY"), true);
  assertEquals(names.includes("WINEPREFIX") || names.includes("TEMP"), false);
});

Deno.test("spawn() finds programs by PATH, path and without .exe", async () => {
  for (const command of ["cmd", "CMD.EXE", Deno.env.get("ComSpec")!]) {
    await using child = spawn(command, { args: ["/c", "exit", "5"] });
    assertEquals(await child.status, { success: false, code: 5 });
  }
});

Deno.test("spawn() finds programs as Windows does: the name with an ending, .com, .exe, in each folder", async () => {
  const folder = await Deno.makeTempDir({ prefix: "winipc; spawn " });
  const [first, second] = [`${folder}\\a b`, `${folder}\\c`];
  for (const each of [first, second]) await Deno.mkdir(each);
  const system = Deno.env.get("ComSpec")!;
  const exits = async (command: string, PATH: string) => {
    const env = { PATH };
    await using child = spawn(command, { env, args: ["/c", "exit", "5"] });
    return (await child.status).code;
  };
  await Deno.copyFile(system, `${second}\\python3.11.exe`);
  await Deno.copyFile(system, `${second}\\odd.name`);
  await Deno.copyFile(system, `${second}\\winipc-com.com`);
  await Deno.writeFile(`${second}\\winipc-com.exe`, new Uint8Array(9));
  // A folder, and a script without an ending, are no programs.
  await Deno.mkdir(`${first}\\python3.11.exe`);
  await Deno.writeTextFile(`${first}\\winipc-com`, "#!/bin/sh");
  const path = `"${first}";;"${second}\\"`;
  for (const name of ["python3.11", "odd.name", "winipc-com"]) {
    assertEquals(await exits(name, path), 5, name);
    assertEquals(await exits(`${second}\\${name}`, ""), 5, name);
    assertEquals(await exits(`${second}/${name}`, ""), 5, name);
  }
  await removeTree(folder);
});

Deno.test("removeTree() removes a folder once the program in it has ended", async () => {
  const folder = await Deno.makeTempDir();
  const program = `${folder}\\program.exe`;
  await Deno.copyFile(Deno.env.get("ComSpec")!, program);
  await using child = spawn(program, { stdin: "pipe", stdout: "null" });
  const refusals: unknown[] = [];
  await removeTree(folder, async (path, options) => {
    try {
      await Deno.remove(path, options);
    } catch (error) {
      refusals.push(error);
      await child.stdin.close();
      throw error;
    }
  });
  assertInstanceOf(refusals[0], Deno.errors.PermissionDenied);
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
});

// Wine cuts such a path off (dlls/kernelbase/process.c, create_process_params).
Deno.test("spawn() finds a program whose path has 260 characters or more, and passes the path with a prefix", async () => {
  const folder = await Deno.makeTempDir();
  const deep = `${folder}\\${"程序".repeat(40)}\\${"b".repeat(150)}`;
  await Deno.mkdir(deep, { recursive: true });
  await Deno.writeFile(`${deep}\\程序.exe`, new Uint8Array(9));
  const passed: string[] = [];
  using _refusing = wrapped({
    CreateProcessW: () => (program) => {
      passed.push(fromUtf16(program as Uint8Array));
      return 0;
    },
  });
  for (const command of [`${deep}\\程序`, `${deep}/程序.exe`]) {
    assertThrows(() => spawn(command), Error, "Cannot start");
  }
  const path = `\\\\?\\${deep}\\程序.exe`;
  assertEquals(passed, [path, path]);
  await removeTree(folder);
});

Deno.test("spawn() names a batch file of that name, its rule and what works", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}\\npm`, "#!/bin/sh");
  await Deno.writeTextFile(`${folder}\\npm.cmd`, "@exit 7");
  const rule =
    "a batch file, whose arguments cmd.exe takes apart as commands; " +
    'start cmd /d /c npm ARG… where no argument holds any of & | < > ^ % ! "';
  const env = { PATH: folder };
  const error = assertThrows(() => spawn("npm", { env }), TypeError);
  assertEquals(
    error.message,
    `Invalid command "npm": only "${folder}\\npm.cmd" has that name, ${rule}`,
  );
  assertThrows(() => spawn(`${folder}\\npm`), TypeError, "a batch file");
  const args = ["/d", "/c", "npm", "x"];
  await using child = spawn("cmd", { args, env });
  assertEquals((await child.status).code, 7);
  await removeTree(folder);
});

Deno.test("spawn() does not look in the current folder", async () => {
  const folder = await Deno.makeTempDir();
  const before = Deno.cwd();
  Deno.chdir(folder);
  try {
    await Deno.writeFile("winipc-planted.exe", new Uint8Array(9));
    assertThrows(
      () => spawn("winipc-planted"),
      Deno.errors.NotFound,
      "no folder of PATH has such a program",
    );
  } finally {
    Deno.chdir(before);
    await removeTree(folder);
  }
});

Deno.test("spawn() reports why a program does not start", () => {
  const cases: [string, SpawnOptions, new () => Error, string][] = [
    ["C:\\nothing\\here", {}, Deno.errors.NotFound, "no such program"],
    ["winipc-no-such-program", {}, Deno.errors.NotFound, "no folder of PATH"],
    [
      "cmd",
      { cwd: "C:\\nothing" },
      Deno.errors.NotFound,
      "no such working folder",
    ],
    ["x.bat", {}, TypeError, "batch file"],
    ["C:\\x\\y.CMD. ", {}, TypeError, "batch file"],
    ["", {}, TypeError, "it is empty"],
    ["a\0b", {}, TypeError, "it contains a NUL"],
    ['a"b', {}, TypeError, "no file has such a name"],
    ["cmd", { cwd: "" }, TypeError, "Invalid cwd: it is empty"],
    ["cmd", { args: ["\0"] }, TypeError, "NUL"],
    ["cmd", { env: { "": "x" } }, TypeError, "Invalid env"],
    ["cmd", { stdin: "file" as "pipe" }, TypeError, "Invalid stdin file"],
    ["cmd", { handles: [{} as never] }, TypeError, "Invalid handles object"],
    ["cmd", { newConsole: 1 as never }, TypeError, "Invalid newConsole 1"],
    [
      "cmd",
      { newConsole: true, windowsHide: true },
      TypeError,
      "Invalid windowsHide: a new console has a window",
    ],
  ];
  for (const [command, options, type, text] of cases) {
    assertThrows(() => spawn(command, options), type, text);
  }
});

Deno.test("spawn() refuses a closed object, and takes nothing from an open one", () => {
  using pipe = createAnonymousPipe({ inheritable: "read" });
  using closed = createAnonymousPipe({ inheritable: "read" });
  closed.read.close();
  const handles = [pipe.read, closed.read];
  assertThrows(() => spawn("cmd", { handles }), Deno.errors.BadResource);
  assertEquals(typeof pipe.read.name, "string");
  const options = { stdin: pipe.read, cwd: "C:\\nothing" };
  assertThrows(() => spawn("cmd", options), Deno.errors.NotFound);
});

Deno.test("SpawnedChild.status waits for the end, and reports large exit codes", async () => {
  await using child = cmd("set /p wait= & exit 70000", { stdin: "pipe" });
  assertNotEquals(child.pid, Deno.pid);
  child.stdin.close();
  assertEquals(await child.status, { success: false, code: 70000 });
  child.kill();
});

Deno.test("SpawnedChild.kill() ends the process with a code", async () => {
  await using child = denoChild("deaf");
  assertEquals(await line(child.stdout), "ready");
  child.kill(77);
  child.kill();
  assertEquals(await child.status, { success: false, code: 77 });
  assertEquals(await child.stdout.read(new Uint8Array(9)), null);
});

/** TerminateProcess that is refused after `terminate`; no process is signaled. */
function refused(
  terminate: (native: Native, ...args: unknown[]) => void,
): Disposable {
  return wrapped({
    TerminateProcess: (native) => (...args) => {
      terminate(native, ...args);
      restoreLastError(ERROR.ERROR_ACCESS_DENIED);
      return 0;
    },
    WaitForSingleObject: () => () => WAIT_TIMEOUT,
  });
}

Deno.test("SpawnedChild.kill() accepts a refusal for a process that is just ending", async () => {
  await using child = cmd("set /p wait=", { stdin: "pipe" });
  using process = openProcess(child.pid);
  {
    using _ending = refused((native, ...args) => {
      native(...args);
      WaitForSingleObject(args[0] as bigint, INFINITE);
    });
    child.kill(77);
  }
  assertEquals(await child.status, { success: false, code: 77 });
  assertEquals(process.exitCode(), 77);
});

for (const dispose of [Symbol.dispose, Symbol.asyncDispose] as const) {
  Deno.test(`SpawnedChild[${dispose.description}]() closes everything also if Windows refuses to end the child`, async () => {
    const child = cmd("set /p wait=", { stdin: "pipe" });
    using stack = new DisposableStack();
    stack.defer(() => child.close());
    using process = openProcess(child.pid);
    {
      using _alive = refused(() => {});
      const error = await assertRejects(
        async () => await child[dispose](),
        Deno.errors.PermissionDenied,
        `Cannot end the process ${child.pid}`,
      );
      assertEquals((error.cause as Win32Error).call, "TerminateProcess");
    }
    // Its stdin has ended, and so does it.
    await waitFor(process, { timeout: 60_000 });
    await assertRejects(() => child.status, Deno.errors.BadResource);
  });
}

Deno.test("spawn() ends the child when its signal is aborted", async () => {
  const abort = new AbortController();
  await using child = denoChild("deaf", [], { signal: abort.signal });
  await line(child.stdout);
  abort.abort();
  assertEquals((await child.status).code, 1);
  const { signal } = abort;
  assertThrows(() => spawn("cmd", { signal }), DOMException, "aborted");
});

Deno.test("SpawnedChild closed before its end lets it run on", async () => {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  const child = denoChild("produce", [pipe.write, "1"], { stdout: "null" });
  child.close();
  child.close();
  await assertRejects(() => child.status, Deno.errors.BadResource);
  const data = await new Response(pipe.read.readable).bytes();
  assertEquals(data.byteLength, 1 << 20);
});

Deno.test("spawn() with endWithParent ends the whole tree", async () => {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  const options = { stderr: pipe.write, endWithParent: true };
  const child = denoChild("family", [], options);
  using grandchild = openProcess(Number(await line(child.stdout)));
  child.close();
  await assertRejects(() => child.status, Deno.errors.BadResource);
  await waitFor(grandchild, { timeout: 20_000 });
  assertEquals(await pipe.read.read(new Uint8Array(9)), null);
});

Deno.test("spawn() with endWithParent ends the tree also by kill()", async () => {
  await using child = denoChild("family", [], { endWithParent: true });
  using grandchild = openProcess(Number(await line(child.stdout)));
  child.kill(3);
  assertEquals((await child.status).code, 3);
  await waitFor(grandchild, { timeout: 20_000 });
});

Deno.test("spawn() with endWithParent ends the tree when the parent is killed", async () => {
  const families = await Promise.all(["job", "none"].map(async (how) => {
    const parent = denoChild("head", [how]);
    const pids = [await line(parent.stdout), await line(parent.stdout)];
    return { parent, members: pids.map((pid) => openProcess(Number(pid))) };
  }));
  for (const { parent } of families) {
    parent.kill();
    assertEquals((await parent.status).code, 1);
    parent.close();
  }
  const [inJob, others] = families.map(({ members }) => members) as [
    ProcessObject[],
    ProcessObject[],
  ];
  await waitForAll(inJob, { timeout: 20_000 });
  // Without the job they live on: it was not their parent's death as such.
  for (const process of others) {
    await assertRejects(() => waitFor(process, { timeout: 0 }), DOMException);
  }
  for (const process of others) {
    try {
      Deno.kill(process.pid, "SIGKILL");
    } catch {
      // It has ended with its child, which was killed first.
    }
  }
  await waitForAll(others, { timeout: 20_000 });
  for (const process of [...inJob, ...others]) process.close();
});

Deno.test("a child with its stdio all null has nothing to read", async () => {
  const stdio = { stdin: "null", stdout: "null", stderr: "null" } as const;
  await using child = denoChild("untilEnd", [], stdio);
  assertEquals((await child.status).code, 0);
  for (const stream of ["stdin", "stdout", "stderr"] as const) {
    assertThrows(() => child[stream], TypeError, `${stream}: "pipe"`);
  }
});

Deno.test("spawn() takes the same handle twice", async () => {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  const { write } = pipe;
  await using child = cmd("echo out& echo err>&2", {
    stdout: write,
    stderr: write,
    handles: [write],
  });
  assertStringIncludes(await allText(pipe.read), "out\r\nerr");
  assertEquals((await child.status).success, true);
});

/** What `console` of peers/child.ts says. */
async function consoleOf(options: SpawnOptions): Promise<unknown> {
  using pipe = createAnonymousPipe({ inheritable: "write" });
  await using child = denoChild("console", [pipe.write], options);
  const said = JSON.parse(await allText(pipe.read));
  assertEquals((await child.status).code, 0);
  return said;
}

Deno.test("spawn() with newConsole opens a console window, with the child's streams unless they are given", async () => {
  const stdio = { stdin: undefined, stdout: undefined };
  assertEquals(await consoleOf({ ...stdio, newConsole: true }), {
    window: true,
    alone: true,
    flags: 0,
    show: 0,
    isConsole: [true, true, true],
  });
});

Deno.test("spawn() with windowsHide hides windows; without inherited streams the child has a console of its own", async () => {
  const options = { windowsHide: true, stderr: "null" } as const;
  assertEquals(await consoleOf(options), {
    window: false,
    alone: true,
    flags: STARTF_USESHOWWINDOW | STARTF_USESTDHANDLES,
    show: 0,
    isConsole: [false, false, false],
  });
});

Deno.test("spawn() starts a child with the flags of newConsole and windowsHide", async () => {
  const flags: unknown[] = [];
  using _trace = trace({
    sink({ name, args }) {
      if (name === "CreateProcessW") flags.push(args?.dwCreationFlags);
    },
  });
  const stdio = { stdin: "null", stdout: "null", stderr: "null" } as const;
  for (
    const options of [
      {},
      stdio,
      { newConsole: true },
      { ...stdio, newConsole: true },
      { windowsHide: true },
      { ...stdio, windowsHide: true },
    ]
  ) {
    await using child = spawn("cmd", { args: ["/c", "exit"], ...options });
    assertEquals((await child.status).code, 0);
  }
  const usual = 0x8_0400;
  assertEquals(flags, [
    usual,
    usual,
    usual | CREATE_NEW_CONSOLE,
    usual | CREATE_NEW_CONSOLE,
    usual,
    usual | CREATE_NO_WINDOW,
  ]);
});

Deno.test("spawn() reports a program that Windows blocks, or that is for another processor", () => {
  const { PermissionDenied } = Deno.errors;
  const cases = [
    [ERROR.ERROR_EXE_MACHINE_TYPE_MISMATCH, TypeError, "kind of processor"],
    [ERROR.ERROR_VIRUS_INFECTED, PermissionDenied, "virus protection"],
    [ERROR.ERROR_ACCESS_DISABLED_BY_POLICY, PermissionDenied, "a policy"],
    [
      ERROR.ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION,
      PermissionDenied,
      "a policy",
    ],
  ] as const;
  for (const [code, type, reason] of cases) {
    using _blocked = wrapped({
      CreateProcessW: () => () => {
        restoreLastError(code);
        return 0;
      },
    });
    const error = assertThrows(() => spawn("cmd"), type, reason);
    assertEquals((error.cause as Win32Error).code, code);
  }
});
