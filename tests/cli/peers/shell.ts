// Runs commands of winipc in one process: a line of JSON for each that is to
// begin or to be interrupted, one for each that is ready or has ended.
import { Interrupted } from "../../../lib/cli/exit_code.ts";
import { linesOf } from "../../support/lines.ts";
import { say } from "../../support/peer_side.ts";
import { runHere } from "../run_here.ts";

interface Order {
  readonly id: number;
  /** The command; without it that of this number is interrupted. */
  readonly args?: string[];
  /** Its stdin, in hex; without it one that does not end. */
  readonly input?: string;
}

const running = new Map<number, AbortController>();

for await (const line of linesOf(Deno.stdin.readable)) {
  const { id, args, input }: Order = JSON.parse(line);
  const bytes = input === undefined ? null : Uint8Array.fromHex(input);
  if (args !== undefined) run(id, args, bytes);
  else running.get(id)?.abort(new Interrupted("Interrupted"));
}
for (const controller of running.values()) controller.abort();

async function run(
  id: number,
  args: string[],
  input: Uint8Array<ArrayBuffer> | null,
): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const { code, bytes, stderr } = await runHere(args, {
    input,
    signal: controller.signal,
    onLog(line) {
      if (!line.startsWith("ready: ")) return;
      say(JSON.stringify({ id, ready: line.slice(7) }));
    },
  });
  running.delete(id);
  say(JSON.stringify({ id, code, stdout: bytes.toHex(), stderr }));
}
