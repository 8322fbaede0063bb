/**
 * The entry point of the tasks: `main.ts wine|win …`.
 *
 * @module
 */
import { handOver, HostError, messageOf, runProgram, stop } from "./mod.ts";
import { callerFolder } from "./paths.ts";

const USAGE = `deno task wine PROGRAM.exe [ARG…]   run a Windows program
deno task wine --stop               end all of them, and the Wine server
deno task win ARG…                  Windows Deno with these arguments
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
  const cwd = callerFolder(Deno.cwd(), Deno.env.get("INIT_CWD"));
  switch (verb) {
    case "wine":
      return await wine(args, cwd);
    case "win":
      return await handOver(args, { cwd });
    default:
      write(USAGE);
      return 2;
  }
}

async function wine(
  [program, ...args]: string[],
  cwd: string,
): Promise<number> {
  if (program === "--stop") {
    await stop();
    return 0;
  }
  if (program === undefined) {
    write(USAGE);
    return 2;
  }
  return await runProgram(program, args, { cwd });
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
