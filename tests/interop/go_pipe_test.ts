/** TypeScript's API server in Go, which serves a pipe by go-winio itself. */

import { assertEquals } from "@std/assert";
import { connectPipe, type PipeConnection, spawn } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { JsonRpc } from "./json_rpc.ts";

testWith("tsgo")(
  "connectPipe() talks to a pipe that go-winio serves, and ends its server by leaving",
  async () => {
    const name = uniqueName();
    await using server = spawn(pathOfPartner("tsgo")!, {
      args: ["--api", "--async", "--pipe", `\\\\.\\pipe\\${name}`],
      endWithParent: true,
    });
    const over = new AbortController();
    const connections: PipeConnection[] = [];
    const connect = async () => {
      const { signal } = over;
      const waiting = connectPipe(name, { waitForPeer: true, signal });
      const connection = await waiting;
      connections.push(connection);
      const rpc = new JsonRpc(connection);
      return { rpc, first: await rpc.request("echo", "first") };
    };
    // go-winio makes a first instance without the right to read or write, which
    // Windows lets nobody connect to (its pipe.go, makeServerPipeHandle). Wine
    // does: one of two clients is there, and never answered.
    const { rpc, first } = await Promise.any([connect(), connect()]);
    over.abort();
    assertEquals(first, "first");
    const text = `Grüße, 中文 😀 ${"x".repeat(100_000)}`;
    assertEquals(await rpc.request("echo", text), text);
    for (const connection of connections) {
      await connection[Symbol.asyncDispose]();
    }
    assertEquals((await server.status).code, 0);
  },
);
