import { connectRpc, type RpcClient } from "../../mod.ts";
import { bytes, text } from "../helpers/names.ts";
import "../helpers/native.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

const uuid = "6b1e0e2a-7d0c-4f7e-9f0a-1f6f2a6d0a11";

/** A client of ours, of a server of the other side. */
async function client(
  { name, does }: Scene,
  use: (client: RpcClient) => Promise<string>,
): Promise<string> {
  await does("rpc serve");
  using client = await connectRpc(`ncalrpc:[${name}]`, { uuid });
  return await use(client);
}

const CELLS: readonly Cell[] = [
  {
    fault: "a server dies before we connect",
    dies: true,
    async run({ name, does, kill }) {
      await does("rpc serve");
      await kill();
      return await ended(connectRpc(`ncalrpc:[${name}]`, { uuid }));
    },
    seen: "NotFound",
  },
  {
    fault: "a server dies while it answers",
    dies: true,
    run: (scene) =>
      client(scene, async (client) => {
        const calling = ended(client.call(1, bytes("x")));
        await scene.kill();
        return await calling;
      }),
    seen: "ConnectionReset",
  },
  {
    fault: "a server never answers",
    dies: true,
    run: (scene) =>
      client(scene, async (client) => {
        const first = await ended(client.call(1, bytes("x"), { timeout: 200 }));
        return `${first}, then ${text(await client.call(0, bytes("whole")))}`;
      }),
    seen: "TimeoutError, then whole",
  },
  {
    fault: "a server answers with much",
    run: (scene) =>
      client(scene, async (client) => {
        return String((await client.call(2, bytes("x"))).byteLength);
      }),
    seen: "100000",
  },
  {
    fault: "a server has no such procedure",
    dies: true,
    run: (scene) =>
      client(scene, (client) => ended(client.call(9, bytes("x")))),
    seen: "NotSupported",
  },
];

matrix("RPC", CELLS);
