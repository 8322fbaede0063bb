/**
 * The entry of the tasks: `main.ts wine|win|test|interop|bench|check …`.
 *
 * @module
 */
import { handOver, HostError, messageOf, runProgram, stop } from "./mod.ts";

const USAGE = `deno task wine PROGRAM.exe [ARG…]   run a Windows program
deno task wine --stop               end all of them, and the Wine server
deno task win ARG…                  Windows Deno with these arguments
deno task test [FILE…] [--filter X] [--strict] [--windows-rules]
                                    the tests; strict: no second run;
                                    rules: as Windows where Wine is laxer
deno task interop [FILE…]           tests with large programs of others
deno task bench [ARG…]              the benchmarks
deno task check                     format, lint, types, documentation
`;

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    write(`winipc: ${messageOf(error)}\n`);
    Deno.exit(1);
  }
}

async function main([verb, ...args]: string[]): Promise<number> {
  switch (verb) {
    case "wine":
      return await wine(args);
    case "win":
      return await handOver(args, { cwd: callerFolder() });
    case "test":
      return await (await import("../../tests/runner/tests.ts")).runTests(args);
    case "interop":
      return await (await import("../../tests/runner/tests.ts")).runInterop(args);
    case "bench":
      return await (await import("../../tests/runner/tests.ts")).runBenches(args);
    case "check":
      return await (await import("../../tests/runner/checks.ts")).runChecks();
    default:
      write(USAGE);
      return 2;
  }
}

async function wine([program, ...args]: string[]): Promise<number> {
  if (program === "--stop") {
    await stop();
    return 0;
  }
  if (program === undefined) {
    write(USAGE);
    return 2;
  }
  return await runProgram(program, args, { cwd: callerFolder() });
}

/**
 * Where the task was typed: `deno task` changes to the project's folder first
 * and leaves the old one in `INIT_CWD`.
 */
function callerFolder(): string {
  const cwd = Deno.cwd();
  const typed = Deno.env.get("INIT_CWD");
  return typed?.startsWith(`${cwd}/`) ? typed : cwd;
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
