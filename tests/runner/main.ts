/**
 * The entry of the project's own tasks: `main.ts test|interop|bench|check …`.
 *
 * @module
 */
import { HostError, messageOf } from "../../lib/wine/mod.ts";
import { runChecks } from "./checks.ts";
import { runBenches, runInterop, runTests } from "./tests.ts";

const USAGE = `deno task test [FILE…] [--filter X] [--strict] [--windows-rules]
                                    the tests; strict: no second run;
                                    rules: as Windows where Wine is laxer
deno task interop [FILE…]           the tests with large programs of others
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
    case "test":
      return await runTests(args);
    case "interop":
      return await runInterop(args);
    case "bench":
      return await runBenches(args);
    case "check":
      return await runChecks();
    default:
      write(USAGE);
      return 2;
  }
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
