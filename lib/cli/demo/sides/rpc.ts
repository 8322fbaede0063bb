import { connectRpc, ndr, serveRpc } from "../../../rpc/mod.ts";
import { type Side, sides } from "./side.ts";
import { abortable } from "../../connection/abort.ts";

const NAME = "winipc-demo";
const INTERFACE = { uuid: "d6b1f1a0-2c35-4f59-8a0b-6b1d0f8c7e21" };
/** `[in] nothing, [out, string, unique] char **line`: null at the end. */
const NEXT_LINE = 0;
const LINE = [ndr.unique(ndr.charString())] as const;

export const run = sides(serve, call);

/** Serves a procedure that returns the next line of stdin. */
async function serve(side: Side): Promise<void> {
  const binding = `ncalrpc:[${side.name(NAME)}]`;
  const { signal } = side.idle;
  const lines = side.lines(signal);
  const done = Promise.withResolvers<void>();
  let turn: Promise<unknown> = Promise.resolve();
  const next = async () => {
    const { value } = await lines.next();
    side.idle.progress();
    if (!(value instanceof Uint8Array)) {
      // The answer is sent first.
      setTimeout(done.resolve);
      return ndr.encode(LINE, [null]);
    }
    const text = side.text(value);
    await side.send(binding, value, () => Promise.resolve());
    return ndr.encode(LINE, [text]);
  };
  await using _server = await serveRpc({
    bindings: [binding],
    interfaces: {
      ...INTERFACE,
      procedures: [() => {
        const answer = turn.then(next);
        turn = answer.catch(done.reject);
        return answer;
      }],
    },
  });
  await side.did("created", binding);
  side.ready(binding);
  await abortable(done.promise, signal);
  await side.did("closed", binding);
}

/** Calls it until the end. */
async function call(side: Side): Promise<void> {
  const { common } = side;
  const binding = `ncalrpc:[${side.name(NAME)}]`;
  const { signal } = side.idle;
  using client = await connectRpc(binding, {
    ...INTERFACE,
    waitForPeer: true,
    signal,
  });
  await side.did("opened", binding);
  for (let count = 0; count < common.count; count++) {
    const bytes = await client.call(NEXT_LINE, new Uint8Array(), { signal });
    const [line] = ndr.decode(LINE, bytes);
    if (line === null) break;
    await side.received(binding, side.bytes(line));
    side.idle.progress();
  }
  await side.did("closed", binding);
}
