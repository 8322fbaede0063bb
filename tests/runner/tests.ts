import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { userCache } from "../../lib/wine/cache.ts";
import { HostError } from "../../lib/wine/errors.ts";
import { withLock } from "../../lib/wine/lock.ts";
import { ON_WINDOWS, stdFlags } from "../../lib/wine/mod.ts";
import { toWindowsPath } from "../../lib/wine/paths.ts";
import { lastLines, runTool } from "../../lib/wine/process.ts";
import { readyRuntime } from "../../lib/wine/ready.ts";
import { setUp } from "../../lib/wine/setup.ts";
import {
  filesBelow,
  projectFolder,
  TEST_IMPORT_MAP,
} from "../support/project.ts";
import { runAgain, seedOf, type Unit } from "./again.ts";
import { addCounts, closingWords, type Counts, countsOf } from "./counts.ts";
import { DOC_CONFIG, DOC_IMPORTS, filesWithExamples } from "./doc_examples.ts";
import { outputWithTimeout } from "./output_with_timeout.ts";
import { startNats } from "./services.ts";

/** The tests of Wine's layer and of this runner, and those with programs of Linux, run there. */
const HOST_TESTS = /^tests\/(?:wine|runner)\/|\/linux\//;
/** Who talks to a NATS server. */
const WITH_NATS = /relay/;
/** Where the preparation has put a NATS server of this machine, and where tests find it running. */
const NATS_PROGRAM = "WINIPC_TEST_NATS_SERVER";
const NATS_ADDRESS = "WINIPC_TEST_NATS";
const PREPARATION = "tests/runner/prepare.ts";
/** The tests with large programs of others, by a task of their own. */
const INTEROP = {
  suffix: "_interop.ts",
  preparation: "tests/interop/prepare.ts",
};
const TESTS = { suffix: "_test.ts", preparation: PREPARATION };
const BENCHMARKS = "tests/bench/main.ts";
/** The tests of one file end after this time in ms, even if one hangs. */
const TIMEOUT = 10 * 60_000;
/** How many files are tested at a time, at most. */
const MAX_WORKERS = 4;
/** The files that take longest, which begin first. */
const SLOW = /^tests\/(window|robustness|cli|wine|package|relay)\/|leaks?_test/;
/** There is one clipboard for all: its files go one after another. */
export const CLIPBOARD: RegExp =
  /abort|clipboard|copy_data\/permissions|demo|doctor|help_examples|io\/(?:gc|time_limits)|json_test|least_privilege|main_test|relay\/(?:cli|ends|slow_partners)|soak|window\/reentering/;

/** So many files' examples are tested by one process. */
const FILES_WITH_EXAMPLES = 10;

/**
 * Runs the tests: those of Windows and the examples in the documentation in
 * Windows Deno, those of the host layer in the Deno of this machine. Each file
 * has a process of its own, and as many run at a time as there are processors.
 * The last line of the output adds them up: `N passed, N failed`, and where some
 * were ignored, which are listed above it, `, N skipped`.
 *
 * @param args Files or folders (all by default), `--filter X`, `--strict`: no file that
 * failed runs a second time, and `--windows-rules`: the native layer behaves as
 * Windows does where Wine is laxer.
 * @returns 0 when something ran and nothing failed.
 */
export async function runTests(args: string[]): Promise<number> {
  return await runSuite(args, TESTS);
}

/** Runs the tests with large programs of others, each of which npm has: with the arguments of {@linkcode runTests}. */
export async function runInterop(args: string[]): Promise<number> {
  return await runSuite(args, INTEROP);
}

async function runSuite(
  args: string[],
  suite: typeof INTEROP,
): Promise<number> {
  const { files, filter, strict, windowsRules } = selection(args);
  const whole = await filesBelow("tests", suite.suffix);
  // Programs of this machine know no rules of Windows.
  const all = files.length > 0
    ? files.flatMap((path) => filesOf(path, whole))
    : whole.filter((file) => !(windowsRules && isHostTest(file)));
  const examples = files.length > 0 || suite === INTEROP
    ? []
    : await filesWithExamples();
  if (all.some((file) => !file.startsWith("tests/runner/"))) await needWine();
  const std = await stdFlags(TEST_IMPORT_MAP);
  if (std.length === 0) await downloadStd(all.some(isHostTest));
  const flags = ["test", "-A", "--no-prompt", "--no-check", ...filter];
  const rules = windowsRules
    ? await loadRules(windowsRules, std.length > 0 ? "fallback" : "jsr")
    : undefined;
  const foreign = all.some((file) => !/^tests\/(?:wine|runner)\//.test(file))
    ? await foreignPrograms(suite.preparation)
    : {};
  await using services = new AsyncDisposableStack();
  const nats = all.some((file) => WITH_NATS.test(file))
    ? await natsFor(foreign, services)
    : {};
  const seed = seedOf();
  const programs = {
    ...asSeenByWindows(foreign),
    ...nats,
    ...seed,
    ...rules?.env,
  };
  const imports = rules?.flags ?? std;
  const units: Unit[] = all.filter(runsHere).map((file) => ({
    files: [file],
    run: () =>
      isHostTest(file)
        ? runCounted([Deno.execPath(), ...flags, ...std, file], {
          ...foreign,
          ...nats,
          ...seed,
        })
        : runCounted(windowsDeno([...flags, ...imports, file]), programs),
  }));
  while (examples.length > 0) {
    const some = examples.splice(0, FILES_WITH_EXAMPLES);
    const config = [DOC_CONFIG, ...rules?.docFlags ?? [DOC_IMPORTS]];
    const command = [...flags, "--doc", ...config, ...some];
    const run = () => runCounted(windowsDeno(command), rules?.env);
    // Examples of several files have the same names.
    units.push({ files: some, isAlone: true, run });
  }
  const outcomes = await runUnits(units);
  if (!strict) await runAgain(outcomes, print);
  const counts = addCounts([...outcomes.values()]);
  if (counts.failed > 0) {
    const failed = [...outcomes].filter(([, { failed }]) => failed > 0)
      .flatMap(([{ files }]) => files);
    // Told among the output of all files too, but there nobody finds it.
    await print(`\nWhat failed:\n\n${counts.reasons}\n\n`);
    await print(`Failed: ${failed.join(" ")}\n`);
    const [[name, value]] = Object.entries(seed) as [[string, string]];
    await print(`The same chance again: ${name}=${value}\n`);
  }
  await print(closingWords(counts));
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

/**
 * Sets up Wine if needed. The first tests would do that too, but their time
 * limit could end it half done, and each of them would report that it fails.
 */
async function needWine(): Promise<void> {
  if (ON_WINDOWS) return;
  const cache = userCache();
  if (!readyRuntime(cache)) await setUp(cache);
}

/**
 * Loads all of `@std` once in each Deno that the tests run in: several processes
 * would otherwise download the same files into one cache at a time.
 */
async function downloadStd(forHostTests: boolean): Promise<void> {
  const { default: { imports } } = await import(TEST_IMPORT_MAP, {
    with: { type: "json" },
  }) as { default: { imports: Record<string, string> } };
  const code = Object.keys(imports).map((name) => `import "${name}";`).join("");
  const load = ["eval", "--quiet", code];
  const commands = [windowsDeno(load)];
  if (forHostTests && !ON_WINDOWS) commands.push([Deno.execPath(), ...load]);
  for (const command of commands) {
    const { success, stdout } = await spawn(command, "piped", {}).output();
    if (success) continue;
    await print(stdout);
    throw new HostError("Cannot load @std from JSR: try again");
  }
}

/**
 * The files of a folder, each of which has its place among the others: beside which
 * it may run, and in which Deno. What is no folder of tests stays as it is.
 */
function filesOf(path: string, whole: readonly string[]): string[] {
  const folder = `${path.replace(/\/+$/, "")}/`;
  const below = whole.filter((file) => file.startsWith(folder));
  return below.length > 0 ? below : [path];
}

function isHostTest(file: string): boolean {
  return HOST_TESTS.test(file);
}

function runsHere(file: string): boolean {
  return !(ON_WINDOWS && isHostTest(file));
}

/** Runs each unit, several at a time; of those with the clipboard, one. */
async function runUnits(units: readonly Unit[]): Promise<Map<Unit, Counts>> {
  const isSlow = ({ files }: Unit) => files.some((file) => SLOW.test(file));
  const takesClipboard = ({ files, isAlone = false }: Unit) =>
    isAlone || files.some((file) => CLIPBOARD.test(file));
  // First those that cannot run side by side, then the slow ones.
  const rank = (unit: Unit) => takesClipboard(unit) ? 0 : isSlow(unit) ? 1 : 2;
  const queue = units.toSorted((a, b) => rank(a) - rank(b));
  const results = new Map<Unit, Counts>();
  let clipboardIsTaken = false;
  const worker = async () => {
    for (;;) {
      const at = queue.findIndex((unit) =>
        !(clipboardIsTaken && takesClipboard(unit))
      );
      const [unit] = at < 0 ? [] : queue.splice(at, 1);
      // What is left is for the worker that has the clipboard.
      if (unit === undefined) return;
      const takes = takesClipboard(unit);
      if (takes) clipboardIsTaken = true;
      results.set(unit, await unit.run());
      if (takes) clipboardIsTaken = false;
    }
  };
  const workers = Math.min(MAX_WORKERS, navigator.hardwareConcurrency);
  await Promise.all(Array.from({ length: workers }, worker));
  return results;
}

/** Runs the benchmarks in Windows Deno, with `args` as they are. */
export async function runBenches(args: string[]): Promise<number> {
  const flags = [
    "run",
    "-A",
    "--no-prompt",
    ...await stdFlags(TEST_IMPORT_MAP),
  ];
  const command = windowsDeno([...flags, BENCHMARKS, ...args]);
  const foreign = await foreignPrograms();
  await using services = new AsyncDisposableStack();
  const wanted = args.length === 0 || args.some((arg) => WITH_NATS.test(arg));
  const nats = wanted ? await natsFor(foreign, services) : {};
  const env = { ...asSeenByWindows(foreign), ...nats };
  return (await spawn(command, "inherit", env).status).code;
}

/**
 * The variables that tell tests where the programs of others are. One process
 * of this cache at a time gets what is missing.
 */
export async function foreignPrograms(
  preparation = PREPARATION,
  cache = userCache(),
  onWait: () => void = () =>
    void print("Another process is getting the programs to test against\n"),
): Promise<Record<string, string>> {
  const lock = `${cache.dir}/foreign.lock`;
  const result = await withLock(
    { ...cache, lock },
    onWait,
    () =>
      runTool(Deno.execPath(), {
        args: [
          ...["run", "-A", resolve(projectFolder(), preparation)],
          `${cache.dir}/foreign`,
        ],
      }),
  );
  if (result.code !== 0) {
    throw new HostError(
      `Cannot get the programs to test against\n${lastLines(result)}`,
    );
  }
  // What could not be had, and what to type: its tests are ignored.
  if (result.stderr.trim() !== "") await print(`${result.stderr.trim()}\n`);
  return JSON.parse(result.stdout) as Record<string, string>;
}

function asSeenByWindows(
  paths: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [
      name,
      ON_WINDOWS ? path : toWindowsPath(path),
    ]),
  );
}

/** A NATS server for the tests, where the preparation has found one. */
async function natsFor(
  paths: Record<string, string>,
  services: AsyncDisposableStack,
): Promise<Record<string, string>> {
  const program = paths[NATS_PROGRAM];
  if (program === undefined) return {};
  return { [NATS_ADDRESS]: services.use(await startNats(program)).address };
}

/** What brings the rules into a process of tests. */
interface Rules {
  readonly flags: string[];
  /** For the examples in the documentation, which name the package. */
  readonly docFlags: string[];
  readonly env: Record<string, string>;
}

/** The rules are the tests' own, and not in the package. */
async function loadRules(
  mode: string,
  std: "fallback" | "jsr",
): Promise<Rules> {
  const project = new URL("../../", import.meta.url);
  const file = new URL("tests/windows_rules/import_map.ts", project).href;
  const { rulesFlag, preloadFlag } = await import(file);
  const root = ON_WINDOWS ? project : new URL(`file:///Z:${project.pathname}`);
  const arm64 = mode === "arm64";
  const imports = { "@winipc/winipc": "mod.ts" };
  const preload = preloadFlag(root);
  return {
    flags: [rulesFlag({ root, std, arm64 }), preload],
    docFlags: [rulesFlag({ root, std, arm64, imports }), preload],
    env: { WINIPC_WINDOWS_RULES: mode },
  };
}

/** What the arguments select. */
interface Selection {
  readonly files: string[];
  readonly filter: string[];
  readonly strict: boolean;
  /** `windows`, or `arm64` for an ARM64 computer's besides. */
  readonly windowsRules: "windows" | "arm64" | undefined;
}

function selection(args: string[]): Selection {
  const files: string[] = [];
  const filter: string[] = [];
  let strict = false;
  let windowsRules: Selection["windowsRules"];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--filter") filter.push(`--filter=${rest.shift() ?? ""}`);
    else if (arg === "--strict") strict = true;
    else if (arg === "--windows-rules") windowsRules = "windows";
    else if (arg === "--windows-rules=arm64") windowsRules = "arm64";
    else if (arg.startsWith("-")) filter.push(arg);
    else files.push(projectPath(arg));
  }
  return { files, filter, strict, windowsRules };
}

function projectPath(file: string): string {
  const plain = file.replaceAll("\\", "/").replace(/^\.\//, "");
  const root = `${projectFolder().replaceAll("\\", "/")}/`;
  return plain.startsWith(root) ? plain.slice(root.length) : plain;
}

function windowsDeno(args: string[]): string[] {
  if (ON_WINDOWS) return [Deno.execPath(), ...args];
  const main = fileURLToPath(
    new URL("../../lib/wine/main.ts", import.meta.url),
  );
  return [Deno.execPath(), "run", "-A", main, "win", ...args];
}

/** Each file's output is printed as a whole, so that none is torn. */
async function runCounted(
  command: string[],
  env: Record<string, string> = {},
): Promise<Counts> {
  const began = performance.now();
  const child = spawn(command, "piped", env);
  const { code, signal, stdout } = await outputWithTimeout(child, TIMEOUT);
  await print(stdout);
  if (performance.now() - began >= TIMEOUT) {
    await print(`Ended after ${TIMEOUT / 60_000} minutes: ${command.at(-1)}\n`);
  }
  const counts = countsOf(new TextDecoder().decode(stdout), code, signal);
  if (counts.lateFaults > 0) {
    await print(`Ended by SIGSEGV after its tests: ${command.at(-1)}\n`);
  }
  return counts;
}

function spawn(
  [file, ...args]: string[],
  output: "inherit" | "piped",
  env: Record<string, string>,
): Deno.ChildProcess {
  return new Deno.Command(file!, {
    args,
    cwd: projectFolder(),
    stdin: "null",
    stdout: output,
    // What Wine starts for a program may hold this long after its end.
    stderr: "inherit",
    env: {
      // Deno tells of its downloads on stderr, also in what a test starts.
      DENO_LOG: Deno.env.get("DENO_LOG") ?? "error",
      ...pastProxy(),
      ...env,
      // What a test starts is not typed where this task was.
      INIT_CWD: "",
    },
  }).spawn();
}

/** Deno asks a proxy for servers of this computer too, unless they are named. */
function pastProxy(): Record<string, string> {
  const proxies = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
  if (!proxies.some((name) => Deno.env.get(name))) return {};
  const given = Deno.env.get("NO_PROXY") || Deno.env.get("no_proxy");
  const names = [given, "127.0.0.1", "localhost"].filter(Boolean).join(",");
  return { NO_PROXY: names, no_proxy: names };
}

async function print(data: string | Uint8Array): Promise<void> {
  const bytes = typeof data === "string"
    ? new TextEncoder().encode(data)
    : data;
  for (let at = 0; at < bytes.length;) {
    at += await Deno.stdout.write(bytes.subarray(at));
  }
}
