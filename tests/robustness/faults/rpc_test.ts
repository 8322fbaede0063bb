import { connectRpc, type RpcClient, serveRpc } from "../../../mod.ts";
import { bytes, pattern, text } from "../../support/names.ts";
import "../../support/native.ts";
import { uniqueBindings } from "../../rpc/helpers.ts";
import { uuidOf } from "./actions/rpc.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

const PROTOCOLS = ["ncalrpc", "ncacn_np", "ncacn_ip_tcp"] as const;
type Protocol = typeof PROTOCOLS[number];

/** RPC keeps the endpoints of a process to its end: all servers here have the same. */
const BINDINGS = uniqueBindings();
const [, ENDPOINT] = /\[(.*)\]/.exec(BINDINGS[0]) as unknown as [
  string,
  string,
];
/** Which of its errors RPC says it by depends on the system. */
const REFUSALS = ["InvalidData", "NotFound", "NotSupported", "ConnectionReset"];

function refused(seen: string): string {
  return REFUSALS.includes(seen) ? "refused" : seen;
}

/** The binding of a server of the other side. */
async function server({ does }: Scene, protocol: Protocol): Promise<string> {
  const bindings = JSON.parse(await does("rpc serve")) as string[];
  return bindings.find((binding) => binding.startsWith(`${protocol}:`))!;
}

/** A client of ours, of a server of the other side. */
async function client(
  scene: Scene,
  protocol: Protocol,
  use: (client: RpcClient) => Promise<string>,
): Promise<string> {
  const binding = await server(scene, protocol);
  using client = await connectRpc(binding, { uuid: uuidOf(scene.name) });
  return await use(client);
}

/** A server of ours, whose procedure 1 answers when `use` does. */
async function served(
  { name, does }: Scene,
  use: (
    does: (action: string) => Promise<string>,
    come: Promise<void>,
    answer: () => void,
  ) => Promise<unknown>,
): Promise<string> {
  const uuid = uuidOf(name);
  const { promise: come, resolve: arrived } = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const waits = () => {
    arrived();
    return promise;
  };
  await using _server = await serveRpc({
    bindings: BINDINGS,
    interfaces: { uuid, procedures: [(request) => request, waits] },
  });
  const seen = await use(
    (action) => does(action, `${name}@${ENDPOINT}`),
    come,
    () => resolve(bytes("late")),
  );
  const answers: string[] = [];
  for (const binding of BINDINGS) {
    using client = await connectRpc(binding, { uuid });
    answers.push(text(await client.call(0, bytes("whole"))));
  }
  return [seen, ...answers].filter((each) => each !== undefined).join(", ");
}

const WHOLE = "whole, whole, whole";

const CELLS: readonly Cell[] = [
  ...PROTOCOLS.flatMap((protocol): Cell[] => [
    {
      fault: `${protocol}: a server dies while it answers`,
      dies: true,
      run: (scene) =>
        client(scene, protocol, async (client) => {
          const calling = ended(client.call(1, bytes("x")));
          await scene.does("rpc asked");
          await scene.crash();
          return await calling;
        }),
      seen: "ConnectionReset",
    },
    {
      fault: `${protocol}: a server answers late`,
      run: (scene) =>
        client(scene, protocol, async (client) => {
          const late = ended(client.call(3, bytes("x"), { timeout: 200 }));
          const first = await late;
          await scene.does("rpc answer");
          return `${first}, then ${text(await client.call(0, bytes("whole")))}`;
        }),
      seen: "TimeoutError, then whole",
    },
    {
      fault: `${protocol}: a server ends between our calls`,
      run: (scene) =>
        client(scene, protocol, async (client) => {
          const answer = text(await client.call(0, bytes("whole")));
          await scene.does("rpc end");
          const then = await ended(client.call(0, bytes("x")));
          return `${answer}, then ${refused(then)}`;
        }),
      seen: "whole, then refused",
    },
    {
      fault: `${protocol}: a server answers with much`,
      run: (scene) =>
        client(scene, protocol, async (client) => {
          return String((await client.call(2, bytes("x"))).byteLength);
        }),
      seen: "100000",
    },
  ]),
  {
    fault: "a server dies before we connect",
    dies: true,
    async run(scene) {
      const binding = await server(scene, "ncalrpc");
      await scene.kill();
      return await ended(connectRpc(binding, { uuid: uuidOf(scene.name) }));
    },
    seen: "NotFound",
  },
  {
    fault: "a server never answers",
    dies: true,
    run: (scene) =>
      client(scene, "ncalrpc", async (client) => {
        const first = await ended(client.call(1, bytes("x"), { timeout: 200 }));
        return `${first}, then ${text(await client.call(0, bytes("whole")))}`;
      }),
    seen: "TimeoutError, then whole",
  },
  {
    fault: "a server has no such procedure",
    run: (scene) =>
      client(
        scene,
        "ncalrpc",
        (client) => ended(client.call(9, bytes("x"))),
      ),
    seen: "NotSupported",
  },
  {
    fault: "a server speaks no RPC",
    async run({ name, does }) {
      const binding = await does("rpc babble");
      const options = { uuid: uuidOf(name), timeout: 20_000 };
      return refused(await ended(connectRpc(binding, options)));
    },
    seen: "refused",
  },
  {
    fault: "a client dies before it calls",
    dies: true,
    run: (scene) =>
      served(scene, async (does) => {
        await does("rpc connect");
        await scene.kill();
      }),
    seen: WHOLE,
  },
  {
    fault: "a client dies while we answer it",
    dies: true,
    run: (scene) =>
      served(scene, async (does, come, answer) => {
        await does("rpc connect");
        await does("rpc ask");
        await come;
        await scene.kill();
        answer();
      }),
    seen: WHOLE,
  },
  {
    fault: "a client gives up while we answer it",
    run: (scene) =>
      served(scene, async (does, _come, answer) => {
        await does("rpc connect");
        const seen = await does("rpc abort");
        answer();
        return seen;
      }),
    seen: `TimeoutError, ${WHOLE}`,
  },
  {
    fault: "clients come and go in a loop",
    run: (scene) => served(scene, async (does) => void await does("rpc loop")),
    seen: WHOLE,
  },
  {
    fault: "a client sends garbage over TCP, and leaves",
    run: (scene) =>
      served(scene, async () => {
        const port = Number(/\[(\d+)\]/.exec(BINDINGS[2])![1]);
        using client = await Deno.connect({ hostname: "127.0.0.1", port });
        await client.write(pattern(3000, 11));
      }),
    seen: WHOLE,
  },
];

matrix("RPC", CELLS);
