import { assertEquals } from "@std/assert";
import { connectPipe, listenPipe, readExactly } from "../../mod.ts";
import { pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { testWith } from "../support/partners.ts";
import { node, started } from "./helpers.ts";

const SIZE = 3_000_000;
const nodeTest = testWith("node");

nodeTest(
  "relay() lets a Node client talk over TCP to a pipe server",
  async () => {
    await using listener = listenPipe(uniqueName());
    // The client has closed its half by then: the relay must not take the time
    // that the answer takes for its end.
    await using running = await started(
      "tcp-listen:0",
      `pipe:${listener.name}`,
      { linger: 600_000 },
    );
    const port = running.ready[0]!.split(":")[1]!;
    await using client = node("node_tcp", "client", port, SIZE);
    await using server = await listener.accept();
    const heard = await readExactly(server, SIZE);
    assertEquals(heard.every((byte) => byte === 120), true);
    await server.write(pattern(12_345));
    server.close();
    await client.says("heard 12345");
  },
);

nodeTest(
  "relay() lets a pipe client talk to a Node server over TCP",
  async () => {
    await using echo = node("node_tcp", "server");
    const name = uniqueName();
    await using _running = await started(
      `pipe-listen:${name}`,
      `tcp:127.0.0.1:${await echo.line()}`,
    );
    await using client = await connectPipe(name);
    const data = pattern(SIZE);
    const [, echoed] = await Promise.all([
      client.write(data),
      readExactly(client, SIZE),
    ]);
    assertEquals(echoed, data);
  },
);
