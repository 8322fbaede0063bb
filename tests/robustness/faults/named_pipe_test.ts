import {
  callPipe,
  connectPipe,
  listenPipe,
  type PipeConnection,
  pipeFetch,
  servePipe,
} from "../../../mod.ts";
import { bytes, checksum, pattern, text } from "../../support/names.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

const MUCH = new Uint8Array(1 << 20);
const SHORT = { timeout: 50 };

/** A server of ours, with the client of the other side. */
async function served<T>(
  { name, does }: Scene,
  use: (server: PipeConnection) => Promise<T>,
  mode: "byte" | "message" = "message",
): Promise<T> {
  await using listener = listenPipe(name, { mode });
  const accepting = listener.accept();
  await does("pipe connect");
  await using server = await accepting;
  return await use(server);
}

async function next(server: PipeConnection): Promise<string> {
  return await ended(
    server.readMessage({ timeout: 20_000 }),
    (message: Uint8Array | null) => message === null ? "end" : text(message),
  );
}

/** A client of ours, of a server of the other side. */
async function client<T>(
  { name, does }: Scene,
  use: (client: PipeConnection) => Promise<T>,
): Promise<T> {
  await does("pipe listen");
  await using client = await connectPipe(name);
  await does("pipe accept");
  return await use(client);
}

/** An HTTP server of ours; its handler sees what the other side does. */
async function asked(
  { name, does }: Scene,
  request: string,
  handle: (request: Request) => Promise<string>,
): Promise<string> {
  const seen = Promise.withResolvers<string>();
  const sent = Promise.withResolvers<void>();
  await using _server = servePipe({ pipe: name }, (request) => {
    if (request.method === "HEAD") return new Response();
    sent.promise.then(() => handle(request)).then(seen.resolve, seen.reject);
    // The client leaves before.
    return seen.promise.then(() => new Response());
  });
  await does("pipe connect");
  await does(request);
  sent.resolve();
  const first = await seen.promise;
  const { status } = await pipeFetch("http://./", {
    pipe: name,
    method: "HEAD",
  });
  return `${first}, and the next one is ${status === 200 ? "served" : "?"}`;
}

const CELLS: readonly Cell[] = [
  {
    fault: "a client dies before it connects",
    dies: true,
    async run({ name, does, kill }) {
      await using listener = listenPipe(name);
      const accepting = listener.accept();
      await does("nothing");
      await kill();
      await using _client = await connectPipe(name);
      await using server = await accepting;
      return `the next one is ${server.role === "server" ? "served" : "?"}`;
    },
    seen: "the next one is served",
  },
  {
    fault: "a client dies while we wait for its message",
    dies: true,
    run: (scene) =>
      served(scene, async (server) => {
        const reading = next(server);
        await scene.kill();
        return await reading;
      }),
    seen: "end",
  },
  {
    fault: "a client dies after its message",
    dies: true,
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write");
        await scene.kill();
        return `${await next(server)}, ${await next(server)}`;
      }),
    seen: "whole, end",
  },
  {
    fault: "a client dies in the middle of a line",
    dies: true,
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write half");
        await scene.kill();
        return JSON.stringify(await new Response(server.readable).text());
      }, "byte"),
    seen: '"4\\nab"',
  },
  {
    fault: "a client dies while we write to it",
    dies: true,
    run: (scene) =>
      served(scene, async (server) => {
        const writing = ended(server.write(MUCH));
        await scene.kill();
        return await writing;
      }),
    seen: "BrokenPipe",
  },
  {
    fault: "a client closes while we wait for its message",
    run: (scene) =>
      served(scene, async (server) => {
        const reading = next(server);
        await scene.does("pipe close");
        return await reading;
      }),
    seen: "end",
  },
  {
    fault: "a client reads too late",
    run: (scene) =>
      served(scene, async (server) => {
        const first = await ended(server.write(MUCH, SHORT));
        return `${first}, then ${await ended(server.write(bytes("second")))}`;
      }),
    seen: "TimeoutError, then BrokenPipe",
  },
  {
    fault: "a client answers late",
    run: (scene) =>
      served(scene, async (server) => {
        const first = await ended(server.readMessage(SHORT));
        await scene.does("pipe write");
        return `${first}, then ${await next(server)}`;
      }),
    seen: "TimeoutError, then whole",
  },
  {
    fault: "a client sends garbage",
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write garbage");
        const message = await server.readMessage();
        return `as it is: ${
          checksum(message!) === checksum(pattern(5000, 77))
        }`;
      }),
    seen: "as it is: true",
  },
  {
    fault: "a client sends too much",
    run: (scene) =>
      served(scene, async (server) => {
        const reading = ended(server.readMessage({ maxSize: 1000 }));
        await scene.does("pipe write much");
        await scene.does("pipe write");
        return `${await reading}, then ${await next(server)}`;
      }),
    seen: "InvalidData, then whole",
  },
  {
    fault: "clients come and go in a loop",
    async run({ name, does }) {
      await using listener = listenPipe(name);
      let come = 0;
      let wrote = 0;
      const accepting = (async () => {
        for await (const connection of listener) {
          await using server = connection;
          come++;
          const buffer = new Uint8Array(9);
          const length = await server.read(buffer);
          if (length === 3) return;
          wrote += Number(length === 4);
        }
      })();
      await does("pipe loop");
      await using last = await connectPipe(name);
      await last.write(bytes("end"));
      await accepting;
      return `${come} came, ${wrote} messages`;
    },
    seen: "61 came, 30 messages",
  },
  {
    fault: "a client of HTTP dies while its request is handled",
    dies: true,
    run: (scene) =>
      asked(scene, "pipe write request", async ({ signal }) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => resolve());
        await scene.kill();
        await promise;
        return signal.reason.name;
      }),
    seen: "BrokenPipe, and the next one is served",
  },
  {
    fault: "a client of HTTP dies in the middle of its request",
    dies: true,
    run: (scene) =>
      asked(scene, "pipe write half a request", async (request) => {
        const reader = request.body!.getReader();
        const { value } = await reader.read();
        const rest = ended(reader.read());
        await scene.kill();
        return `${text(value!)}, ${await rest}`;
      }),
    seen: "half, UnexpectedEof, and the next one is served",
  },
  {
    fault: "a server dies before we connect",
    dies: true,
    async run({ name, does, kill }) {
      await does("pipe listen");
      await kill();
      return await ended(connectPipe(name));
    },
    seen: "NotFound",
  },
  {
    fault: "a server dies while we wait for its answer",
    dies: true,
    async run({ name, does, kill }) {
      await does("pipe listen");
      const asking = ended(callPipe(name, bytes("question")));
      await does("pipe accept");
      await kill();
      return await asking;
    },
    seen: "BrokenPipe",
  },
  {
    fault: "a server dies while we read",
    dies: true,
    run: (scene) =>
      client(scene, async (client) => {
        const reading = next(client);
        await scene.kill();
        return await reading;
      }),
    seen: "end",
  },
  {
    fault: "a server dies after its answer",
    dies: true,
    run: (scene) =>
      client(scene, async (client) => {
        await scene.does("pipe answer");
        await scene.kill();
        return `${await next(client)}, ${await next(client)}`;
      }),
    seen: "late, end",
  },
  {
    fault: "a server never reads",
    run: (scene) => client(scene, (client) => ended(client.write(MUCH, SHORT))),
    seen: "TimeoutError",
  },
];

matrix("named pipe", CELLS);
