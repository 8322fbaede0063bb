import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connectPipe,
  createPipeClient,
  listenPipe,
  pipeFetch,
  servePipe,
} from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { runScript } from "../support/peer.ts";
import { answer, Server } from "./server.ts";

const { BadResource, BrokenPipe, InvalidData } = Deno.errors;

/** Answers each request with its head and body, as they came. */
function echo(): Server {
  return new Server(async (asked) => {
    await asked.write(
      answer("200 OK", `${asked.head}\r\n\r\n${await asked.body()}`),
    );
    return "keep";
  });
}

Deno.test("pipeFetch() sends the length of each body that has one", async () => {
  await using server = echo();
  await using pipe = createPipeClient(server.name);
  const form = new FormData();
  form.set("name", "value");
  const bodies: [BodyInit, string][] = [
    ["abc", "abc"],
    ["", ""],
    [new Uint8Array([97, 98]), "ab"],
    [new Uint8Array([97, 98, 99]).subarray(1), "bc"],
    [new URLSearchParams({ a: "b" }), "a=b"],
    [new Blob(["hi", "ho"]), "hiho"],
    ["x".repeat(200_000), "x".repeat(200_000)],
    [form, 'name="name"\r\n\r\nvalue'],
  ];
  for (const [body, sent] of bodies) {
    for (const kind of ["init", "Request"]) {
      const init = { method: "POST", body };
      const input = new Request("http://./up", init);
      const response = await (kind === "init"
        ? pipeFetch("http://./up", { pipe, ...init })
        : pipeFetch(input, { pipe }));
      const [head, ...rest] = (await response.text()).split("\r\n\r\n");
      const length = Number(/^content-length: (\d+)$/im.exec(head!)?.[1]);
      const got = rest.join("\r\n\r\n");
      assertEquals(length, got.length, head);
      assertEquals(/transfer-encoding/i.test(head!), false);
      assert(body === form ? got.includes(sent) : got === sent, got);
    }
  }
});

Deno.test("pipeFetch() uses options that it inherits", async () => {
  await using server = echo();
  const defaults = { pipe: server.name, method: "PUT", body: "abc" };
  const response = await pipeFetch("http://./up", Object.create(defaults));
  const [head, body] = (await response.text()).split("\r\n\r\n");
  assertEquals([head!.split(" ")[0], body], ["PUT", "abc"]);
});

Deno.test("pipeFetch() says that there is no body where a method may have one", async () => {
  await using server = echo();
  await using pipe = createPipeClient(server.name);
  for (const method of ["GET", "DELETE", "POST", "PUT", "PATCH"]) {
    const response = await pipeFetch("http://./", { pipe, method });
    const says = /^content-length: 0$/im.test(await response.text());
    assertEquals(says, ["POST", "PUT", "PATCH"].includes(method), method);
  }
});

Deno.test("pipeFetch() sends a stream in chunks, or by the length that it is given", async () => {
  await using server = echo();
  await using pipe = createPipeClient(server.name);
  const up = async (headers: Record<string, string>, ...pieces: string[]) => {
    const response = await pipeFetch("http://./", {
      pipe,
      method: "PUT",
      headers,
      body: ReadableStream.from(
        pieces.map((piece) => new TextEncoder().encode(piece)),
      ),
    });
    return (await response.text()).split("\r\n\r\n").slice(1).join("\r\n\r\n");
  };
  assertEquals(await up({}, "ab", "", "c"), "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  assertEquals(await up({ "content-length": "3" }, "ab", "", "c"), "abc");
  for (const length of ["2", "4"]) {
    await assertRejects(
      () => up({ "content-length": length }, "ab", "c"),
      TypeError,
      `its Content-Length is ${length}`,
    );
  }
  await assertRejects(
    () => up({ "content-length": "-1" }, "a"),
    TypeError,
    "expected a number",
  );
  await assertRejects(
    () =>
      pipeFetch("http://./", {
        pipe,
        method: "POST",
        body: "abc",
        headers: { "content-length": "4" },
      }),
    TypeError,
    "the body has 3 bytes",
  );
});

Deno.test("pipeFetch() rejects with what the stream of a body throws", async () => {
  await using server = echo();
  await using pipe = createPipeClient(server.name);
  const wrong = new Error("no more");
  const body = new ReadableStream({
    pull(controller) {
      controller.error(wrong);
    },
  });
  const error = await assertRejects(() =>
    pipeFetch("http://./", { pipe, method: "POST", body })
  );
  assertEquals(error, wrong);
  const strings = ReadableStream.from(["text"]) as unknown as BodyInit;
  await assertRejects(
    () => pipeFetch("http://./", { pipe, method: "POST", body: strings }),
    TypeError,
  );
});

Deno.test("pipeFetch() cancels the stream of a body that it does not send", async () => {
  const pipe = uniqueName(); // nobody listens
  const cases: (() => Record<string, unknown>)[] = [
    () => ({}),
    () => ({ headers: { "content-length": "-1" } }),
    () => ({ signal: AbortSignal.abort(new Error("before")) }),
    () => ({ signal: AbortSignal.timeout(50), waitForPeer: true }),
  ];
  for (const init of cases) {
    for (const kind of ["init", "Request"]) {
      const cancelled = Promise.withResolvers<unknown>();
      const body = new ReadableStream({ cancel: cancelled.resolve });
      const sent = { method: "POST", body };
      const error = await assertRejects(() =>
        kind === "init"
          ? pipeFetch("http://./", { pipe, ...sent, ...init() })
          : pipeFetch(new Request("http://./", sent), { pipe, ...init() })
      );
      assertEquals(await cancelled.promise, error);
    }
  }
});

Deno.test("pipeFetch() cancels the stream of a body that gives no bytes", async () => {
  const cancelled = Promise.withResolvers<unknown>();
  const body = new ReadableStream({
    start: (controller) => controller.enqueue("text"),
    cancel: cancelled.resolve,
  });
  const request = new Request("http://./", { method: "POST", body });
  const pipe = uniqueName(); // nobody listens
  const error = await assertRejects(
    () => pipeFetch(request, { pipe }),
    TypeError,
    "must give Uint8Arrays",
  );
  assertEquals(await cancelled.promise, error);
});

Deno.test("pipeFetch() gives the response its URL, without the fragment", async () => {
  await using server = echo();
  await using pipe = createPipeClient(server.name);
  const response = await pipeFetch("http://host/a%20b?c=d#e", { pipe });
  assertEquals(response.url, "http://host/a%20b?c=d");
  assertEquals(response.clone().url, response.url);
  const head = await response.text();
  assert(head.startsWith("GET /a%20b?c=d HTTP/1.1\r\nHost: host\r\n"), head);
});

Deno.test("pipeFetch() passes over interim answers, and no more than a head's worth", async () => {
  let interim = 2;
  await using server = new Server(async (asked) => {
    const each = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    await asked.write(each.repeat(interim));
    await asked.write(answer("200 OK", "hi"));
    return "close";
  });
  await using pipe = createPipeClient(server.name);
  assertEquals(await (await pipeFetch("http://./", { pipe })).text(), "hi");
  interim = 10_000;
  await assertRejects(
    () => pipeFetch("http://./", { pipe }),
    InvalidData,
    "too long",
  );
});

Deno.test("pipeFetch() refuses a field of many blanks at once", async () => {
  await using server = new Server(async (asked) => {
    await asked.write(`HTTP/1.1 200 OK\r\nX:${" ".repeat(10_000)}\rx\r\n\r\n`);
    return "close";
  });
  await using pipe = createPipeClient(server.name);
  const since = performance.now();
  await assertRejects(
    () => pipeFetch("http://./", { pipe }),
    InvalidData,
    "is not a header field",
  );
  assert(performance.now() - since < 60_000);
});

Deno.test("pipeFetch() goes on, or says so, where a server closes right behind its answer", async () => {
  await using server = new Server(async (asked) => {
    await asked.write(answer("200 OK", "hi"));
    return "close";
  });
  await using pipe = createPipeClient(server.name);
  let [sent, answered] = [0, 0];
  for (const method of ["GET", "POST", "PUT", "PATCH"]) {
    for (let i = 0; i < 15; i++) {
      sent++;
      try {
        const response = await pipeFetch("http://./", { pipe, method });
        assertEquals(await response.text(), "hi");
        answered++;
      } catch (error) {
        assert(error instanceof BrokenPipe, String(error));
        assert(method === "POST" || method === "PATCH", method);
      }
    }
  }
  assert(answered > 0);
  // It never had one twice.
  assert(server.seen.length <= sent, `${server.seen.length} of ${sent}`);
});

Deno.test("pipeFetch() with waitForPeer waits for a server, as long as its signal lets it", async () => {
  const name = uniqueName();
  const init = { pipe: name, waitForPeer: true };
  const asked = pipeFetch("http://./", init);
  await assertRejects(
    () => pipeFetch("http://./", { pipe: name }),
    Deno.errors.NotFound,
  );
  {
    await using _server = servePipe({ pipe: name }, () => new Response("ok"));
    assertEquals(await (await asked).text(), "ok");
  }
  // The kept connection has ended with its server, as a wait for another does.
  const over = new AbortController();
  const waiting = pipeFetch("http://./", { ...init, signal: over.signal });
  over.abort("enough");
  assertEquals(await waiting.catch((reason) => reason), "enough");
  await assertRejects(
    () => pipeFetch("http://./", { pipe: name, waitForPeer: 1 as never }),
    TypeError,
    "Invalid waitForPeer 1",
  );
});

Deno.test("pipeFetch() takes a connection that is left, while it waits for a busy pipe", async () => {
  let free!: () => void;
  await using server = new Server(async (asked) => {
    if (asked.path === "/first") await new Promise<void>((set) => free = set);
    await asked.write(answer("200 OK", asked.path));
    return "keep";
  }, { maxInstances: 1 });
  await using pipe = createPipeClient(server.name);
  const first = pipeFetch("http://./first", { pipe });
  while (server.seen.length === 0) await turn();
  const second = pipeFetch("http://./second", { pipe });
  await turn();
  free();
  assertEquals(await (await first).text(), "/first");
  assertEquals(await (await second).text(), "/second");
  assertEquals(server.seen.map(({ connection }) => connection), [1, 1]);
});

Deno.test("PipeClient.close() ends what dials, waits and reads", async () => {
  const name = uniqueName();
  await using listener = listenPipe(name, { maxInstances: 1 });
  const client = createPipeClient(name);
  const asking = pipeFetch("http://./", { pipe: client });
  asking.catch(() => {});
  await using server = await listener.accept();
  const dialing = pipeFetch("http://./", { pipe: client });
  dialing.catch(() => {});
  await turn();
  client.close();
  client.close();
  await assertRejects(() => asking, BadResource, "is closed");
  await assertRejects(() => dialing, BadResource, "is closed");
  await assertRejects(
    () => pipeFetch("http://./", { pipe: client }),
    BadResource,
  );
  await client[Symbol.asyncDispose]();
  server.close();
});

Deno.test("PipeClient.close() lets the program end while it dials", async () => {
  const name = uniqueName();
  await using _listener = listenPipe(name, { maxInstances: 1 });
  await using _taken = await connectPipe(name);
  const script = new URL("./peers/dialing.ts", import.meta.url);
  const { code, stdout, stderr } = await runScript(script, [name]);
  assertEquals([code, stdout, stderr], [0, "TimeoutError\nBadResource", ""]);
});

Deno.test("createPipeClient() takes Docker's form of a name", () => {
  using client = createPipeClient("npipe:////./pipe/docker_engine");
  assertEquals(client.name, "\\\\.\\pipe\\docker_engine");
  assertThrows(() => createPipeClient("npipe:////./x"), TypeError);
});

/** A turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
