import {
  createAnonymousPipe,
  handleValue,
  inheritedHandle,
  spawn,
} from "../../../anonymous_pipe/mod.ts";
import type { Connection } from "../../../../mod.ts";
import { inheritedFlags } from "../child.ts";
import { type Side, sides } from "./side.ts";
import { abortable } from "../../connection/abort.ts";
import { linesOf } from "../../text/lines.ts";
import { traceFlags } from "../../trace/flags.ts";
import { UsageError } from "../../arguments/usage_error.ts";

/** The number of b's handle. */
const HANDLE = "WINIPC_DEMO_HANDLE";
const NAME = "the anonymous pipe";

export const run = sides(write, read);

/** Creates the pipe, starts b with it, and sends the lines of stdin. */
async function write(side: Side): Promise<void> {
  const { common, command: { prefix } } = side;
  const { signal } = side.idle;
  await using pipe = createAnonymousPipe({ inheritable: "read" });
  await side.did("created", NAME, { handle: handleValue(pipe.write) });
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
  side.ready(`process ${child.pid}`);
  for await (const line of side.lines(signal)) {
    await side.send(NAME, line, async (message) => {
      const framed = new Uint8Array(message.byteLength + 1);
      framed.set(message);
      framed[message.byteLength] = 10;
      await pipe.write.write(framed, { signal });
    });
    side.idle.progress();
  }
  pipe.write.close();
  await side.did("closed", NAME);
  const { code } = await abortable(child.status, signal);
  if (code !== 0) throw new Error(`Process b ended with exit code ${code}`);
}

/** Prints the data of the inherited pipe. */
async function read(side: Side): Promise<void> {
  const number = Deno.env.get(HANDLE);
  if (number === undefined) {
    throw new UsageError(
      `Cannot run "demo anon b" alone: "demo anon a" starts it, and passes the inherited handle in ${HANDLE}`,
    );
  }
  await using pipe = inheritedHandle(number);
  await side.did("opened", NAME, { handle: handleValue(pipe) });
  let count = 0;
  for await (const line of linesOf(chunks(pipe, side))) {
    await side.received(NAME, line);
    if (++count >= side.common.count) break;
  }
  await side.did("closed", NAME);
}

async function* chunks(
  pipe: Connection,
  { idle }: Side,
): AsyncGenerator<Uint8Array, void, void> {
  const buffer = new Uint8Array(65536);
  for (;;) {
    const length = await pipe.read(buffer, { signal: idle.signal });
    idle.progress();
    if (length === null) return;
    yield buffer.slice(0, length);
  }
}
