/** What goes wrong at the other side of RPC. */

import {
  connectRpc,
  type RpcClient,
  type RpcHandler,
  type RpcServer,
  serveRpc,
} from "../../../../lib/rpc/mod.ts";
import { bytes, pattern } from "../../../support/names.ts";
import { uniqueBindings } from "../../../rpc/helpers.ts";
import { type Action, keep, kept, lateAnswer, LOOPS, never } from "./held.ts";

/** The interface of a scene: a process serves one only once. */
export function uuidOf(name: string): string {
  return `${name.slice(-8)}-7d0c-4f7e-9f0a-1f6f2a6d0a11`;
}

/** By their names. */
export const RPC: Readonly<Record<string, Action>> = {
  /** Tells its bindings: one of each protocol. */
  async "rpc serve"(name) {
    const late = () => lateAnswer<Uint8Array>(name).promise;
    const { promise, resolve: come } = Promise.withResolvers<void>();
    keep(`${name}.come`, promise);
    const procedures: RpcHandler[] = [
      (request) => request,
      () => {
        come();
        return never();
      },
      () => new Uint8Array(100_000),
      late,
    ];
    const { bindings } = keep(
      name,
      await serveRpc({
        bindings: uniqueBindings(),
        interfaces: { uuid: uuidOf(name), procedures },
      }),
    );
    return JSON.stringify(bindings);
  },
  "rpc asked": (name) => kept<Promise<void>>(`${name}.come`),
  "rpc end": (name) => kept<RpcServer>(name).close(),
  "rpc answer": (name) => lateAnswer(name).resolve(bytes("late")),

  // Of a client the name is that of its scene and, after "@", the endpoint.
  async "rpc connect"(name) {
    keep(name, await connectRpc(...serverOf(name)));
  },
  "rpc ask": (name) => void client(name).call(1, bytes("x")).catch(() => {}),
  "rpc abort": (name) =>
    client(name).call(1, bytes("x"), { timeout: 100 }).catch(({ name }) =>
      name
    ),
  async "rpc loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      using client = await connectRpc(...serverOf(name));
      if (i % 10 === 0) await client.call(0, bytes("whole"));
    }
  },
  /** Accepts a TCP connection of an RPC client, and sends an invalid answer; prints its port. */
  "rpc babble"(name) {
    const listener = keep(
      name,
      Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    );
    (async () => {
      for await (const connection of listener) {
        await connection.read(new Uint8Array(1024));
        await connection.write(pattern(300, 9));
        connection.close();
      }
    })();
    return `ncacn_ip_tcp:127.0.0.1[${listener.addr.port}]`;
  },
};

function serverOf(name: string): [binding: string, { uuid: string }] {
  const [scene, endpoint] = name.split("@") as [string, string];
  return [`ncalrpc:[${endpoint}]`, { uuid: uuidOf(scene) }];
}

function client(name: string): RpcClient {
  return kept(name);
}
