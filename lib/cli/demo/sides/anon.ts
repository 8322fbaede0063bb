import {
  createAnonymousPipe,
  handleValue,
  inheritedHandle,
  spawn,
} from "../../../anonymous_pipe/mod.ts";
import type { Connection } from "../../../../mod.ts";
import type { DemoSide } from "../spec.ts";
import { inheritedFlags } from "../child.ts";
import { Side } from "./side.ts";
import type { Environment } from "../../environment.ts";
import { unlessAborted } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { linesOf } from "../../text/lines.ts";
import { outgoing } from "../../text/outgoing.ts";
import { traceFlags } from "../../trace/flags.ts";
import { UsageError } from "../../arguments/usage_error.ts";

/** The number of b's handle. */
const HANDLE = "WINIPC_DEMO_HANDLE";
const NAME = "the anonymous pipe";

export async function run(
  command: DemoSide,
  env: Environment,
): Promise<void> {
  await (command.side === "a" ? write(command, env) : read(command, env));
}

/** Creates the pipe, starts b with it, and sends the lines of stdin. */
async function write(command: DemoSide, env: Environment): Promise<void> {
  const { common, prefix } = command;
  const side = new Side(command, env);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const { signal } = idle;
  await using pipe = createAnonymousPipe({ inheritable: "read" });
  await side.has("created", NAME, handleValue(pipe.write));
  const format = common.format === "text" ? [] : [`--${common.format}`];
  await using child = spawn(Deno.execPath(), {
    args: [
      ...["run", ...inheritedFlags(), Deno.mainModule],
      ...["demo", "anon", "b", `--encoding=${common.encoding}`],
      ...(common.json ? ["--json"] : []),
      ...format,
      ...traceFlags(common),
      `--prefix=${prefix}`,
    ],
    env: { [HANDLE]: pipe.read },
    stdin: "null",
    endWithParent: true,
  });
  env.log(`ready: process ${child.pid}`);
  for await (const line of outgoing(env, { messages: [], common, signal })) {
    await side.send(NAME, line, async (message) => {
      const framed = new Uint8Array(message.byteLength + 1);
      framed.set(message);
      framed[message.byteLength] = 10;
      await pipe.write.write(framed, { signal });
    });
    idle.progress();
  }
  pipe.write.close();
  await side.did("closed", NAME);
  const { code } = await unlessAborted(child.status, signal);
  if (code !== 0) throw new Error(`Process b ended with exit code ${code}`);
}

/** Prints the data of the inherited pipe. */
async function read(command: DemoSide, env: Environment): Promise<void> {
  const { common } = command;
  const number = Deno.env.get(HANDLE);
  if (number === undefined) {
    throw new UsageError(
      `"demo anon b" is started by "demo anon a": ${HANDLE} tells it what it inherits`,
    );
  }
  const side = new Side(command, env);
  await using pipe = inheritedHandle(number);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  await side.has("opened", NAME, handleValue(pipe));
  let count = 0;
  for await (const line of linesOf(chunks(pipe, idle))) {
    await side.received(NAME, line);
    if (++count >= common.count) break;
  }
  await side.did("closed", NAME);
}

async function* chunks(
  pipe: Connection,
  idle: InactivityTimeout,
): AsyncGenerator<Uint8Array, void, void> {
  const buffer = new Uint8Array(65536);
  for (;;) {
    const length = await pipe.read(buffer, { signal: idle.signal });
    idle.progress();
    if (length === null) return;
    yield buffer.slice(0, length);
  }
}
