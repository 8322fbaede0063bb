import { fileURLToPath } from "node:url";
import { userCache } from "./cache.ts";
import { HostError } from "./errors.ts";
import { ON_WINDOWS, stdFlags } from "./mod.ts";
import { toWindowsPath } from "./paths.ts";
import { lastWords, runTool } from "./process.ts";
import { filesBelow, projectFolder } from "./project.ts";
import { addCounts, type Counts, countsOf } from "./test_counts.ts";

/** The tests of the host layer itself, which run on Linux. */
const HOST_TESTS = "tests/host";
const PREPARATION = "tests/foreign/prepare.ts";
const BENCHMARKS = "tests/bench/main.ts";
/** A run of tests ends after so many ms, whatever hangs in it. */
const TIMEOUT = 40 * 60_000;

/**
 * Runs the tests: those of Windows in Windows Deno, those of the host layer in
 * the Deno of this machine. The last line of the output adds them up.
 *
 * @param args Files (all by default), and `--filter X`.
 * @returns 0 when something ran and nothing failed.
 */
export async function runTests(args: string[]): Promise<number> {
  const { files, filter } = selection(args);
  const all = files.length > 0 ? files : await filesBelow("tests", "_test.ts");
  const onHost = all.filter((file) => file.startsWith(`${HOST_TESTS}/`));
  const inWindows = all.filter((file) => !onHost.includes(file));
  const flags = [
    "test",
    "-A",
    "--no-prompt",
    "--no-check",
    ...await stdFlags(),
    ...filter,
  ];
  const runs: Counts[] = [];
  if (inWindows.length > 0) {
    const command = windowsDeno([...flags, ...inWindows]);
    runs.push(await runCounted(command, await foreignPrograms()));
  }
  if (onHost.length > 0 && !ON_WINDOWS) {
    runs.push(await runCounted([Deno.execPath(), ...flags, ...onHost]));
  }
  const { passed, failed } = addCounts(runs);
  await print(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** Runs the benchmarks in Windows Deno, with `args` as they are. */
export async function runBenches(args: string[]): Promise<number> {
  const flags = ["run", "-A", "--no-prompt", ...await stdFlags()];
  const command = windowsDeno([...flags, BENCHMARKS, ...args]);
  const env = await foreignPrograms();
  return (await spawn(command, "inherit", env).status).code;
}

/** The variables that tell tests where the programs of others are. */
async function foreignPrograms(): Promise<Record<string, string>> {
  const folder = ON_WINDOWS
    ? `${Deno.env.get("LOCALAPPDATA")}\\winipc\\foreign`
    : `${userCache().dir}/foreign`;
  const result = await runTool(Deno.execPath(), {
    args: ["run", "-A", `${projectFolder()}/${PREPARATION}`, folder],
  });
  if (result.code !== 0) {
    throw new HostError(
      `Cannot get the programs to test against\n${lastWords(result)}`,
    );
  }
  const paths = JSON.parse(result.stdout) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [
      name,
      ON_WINDOWS ? path : toWindowsPath(path),
    ]),
  );
}

function selection(args: string[]): { files: string[]; filter: string[] } {
  const files: string[] = [];
  const filter: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--filter") filter.push(`--filter=${rest.shift() ?? ""}`);
    else if (arg.startsWith("-")) filter.push(arg);
    else files.push(projectPath(arg));
  }
  return { files, filter };
}

function projectPath(file: string): string {
  const plain = file.replaceAll("\\", "/").replace(/^\.\//, "");
  const root = `${projectFolder().replaceAll("\\", "/")}/`;
  return plain.startsWith(root) ? plain.slice(root.length) : plain;
}

function windowsDeno(args: string[]): string[] {
  if (ON_WINDOWS) return [Deno.execPath(), ...args];
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  return [Deno.execPath(), "run", "-A", main, "win", ...args];
}

async function runCounted(
  command: string[],
  env: Record<string, string> = {},
): Promise<Counts> {
  const child = spawn(command, "piped", env);
  const timer = setTimeout(() => child.kill("SIGTERM"), TIMEOUT);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true });
    await print(chunk);
  }
  const { code } = await child.status;
  clearTimeout(timer);
  return countsOf(text, code);
}

function spawn(
  [file, ...args]: string[],
  stdout: "inherit" | "piped",
  env: Record<string, string>,
): Deno.ChildProcess {
  return new Deno.Command(file!, {
    args,
    cwd: projectFolder(),
    stdin: "null",
    stdout,
    stderr: "inherit",
    // What a test starts is not typed where this task was.
    env: { ...env, INIT_CWD: "" },
  }).spawn();
}

async function print(data: string | Uint8Array): Promise<void> {
  const bytes = typeof data === "string"
    ? new TextEncoder().encode(data)
    : data;
  for (let at = 0; at < bytes.length;) {
    at += await Deno.stdout.write(bytes.subarray(at));
  }
}
