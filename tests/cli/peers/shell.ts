// Runs commands of winipc in one process: a line of JSON for each that is to
// begin, to be interrupted or to be waited for, one for each that is ready, has
// printed what is waited for, or has ended.
import { Interrupted } from "../../../lib/cli/exit_code.ts";
import { linesOf } from "../../support/lines.ts";
import { say } from "../../support/peer_side.ts";
import { runHere } from "../run_here.ts";

interface Order {
  readonly id: number;
  /** The command; without it that of this number is interrupted or waited for. */
  readonly args?: string[];
  /** Its stdin, in hex; without it one that does not end. */
  readonly input?: string;
  /** What it is to print before the answer, unless it ends. */
  readonly awaited?: string;
}

interface Command {
  readonly controller: AbortController;
  printed: string;
  ended: boolean;
  awaited?: string | undefined;
}

const commands = new Map<number, Command>();

for await (const line of linesOf(Deno.stdin.readable)) {
  const { id, args, input, awaited }: Order = JSON.parse(line);
  const bytes = input === undefined ? null : Uint8Array.fromHex(input);
  const command = commands.get(id);
  if (args !== undefined) run(id, args, bytes);
  else if (awaited === undefined) {
    command?.controller.abort(new Interrupted("Interrupted"));
  } else {
    command!.awaited = awaited;
    look(id, command!);
  }
}
for (const { controller } of commands.values()) controller.abort();

async function run(
  id: number,
  args: string[],
  input: Uint8Array<ArrayBuffer> | null,
): Promise<void> {
  const controller = new AbortController();
  const command: Command = { controller, printed: "", ended: false };
  commands.set(id, command);
  const { code, bytes, stderr } = await runHere(args, {
    input,
    signal: controller.signal,
    onOut(text) {
      command.printed += text;
      look(id, command);
    },
    onLog(line) {
      if (!line.startsWith("ready: ")) return;
      say(JSON.stringify({ id, ready: line.slice(7) }));
    },
  });
  command.ended = true;
  look(id, command);
  say(JSON.stringify({ id, code, stdout: bytes.toHex(), stderr }));
}

/** Answers who waits for what the command has printed by now. */
function look(id: number, command: Command): void {
  const { awaited, printed, ended } = command;
  if (awaited === undefined || !ended && !printed.includes(awaited)) return;
  command.awaited = undefined;
  say(JSON.stringify({ id, printed: awaited }));
}
