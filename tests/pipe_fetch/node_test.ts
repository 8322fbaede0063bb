import { assertEquals, assertRejects } from "@std/assert";
import {
  createPipeClient,
  listenPipe,
  pipeFetch,
  readExactly,
} from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { testWith } from "../support/partners.ts";
import { runScript } from "../support/peer.ts";
import { node } from "./helpers.ts";

const nodeTest = testWith("node");

nodeTest("pipeFetch() talks HTTP to Node on a pipe", async (test) => {
  const pipe = uniqueName();
  await using _server = node("node_http", `\\\\.\\pipe\\${pipe}`);
  await _server.says("ready");
  await using client = createPipeClient(pipe);
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await pipeFetch(`http://./${path}`, {
      pipe: client,
      ...init,
    });
    return { response, told: await response.json() };
  };

  await test.step("with the answer's status, headers and body", async () => {
    const { response, told } = await ask("v1/containers?all=1");
    assertEquals([response.status, response.ok], [200, true]);
    assertEquals(response.headers.getSetCookie(), ["a=1", "b=2"]);
    assertEquals(told.url, "/v1/containers?all=1");
    assertEquals(told.host, ".");
  });

  await test.step("over a connection that is kept", async () => {
    for (let at = 0; at < 20; at++) {
      assertEquals((await ask("again")).told.connections, 1);
    }
  });

  await test.step("and another where the server closes", async () => {
    await ask("close");
    assertEquals((await ask("after")).told.connections, 2);
  });

  await test.step("sends bodies, chunked where they stream", async () => {
    const { told } = await ask("up", { method: "POST", body: "grüße" });
    assertEquals([told.method, told.size], ["POST", 7]);
    let left = 10;
    const body = new ReadableStream({
      pull(controller) {
        if (left-- === 0) controller.close();
        else controller.enqueue(pattern(100_000));
      },
    });
    const streamed = await ask("up", { method: "PUT", body });
    assertEquals([streamed.told.size, streamed.told.chunked], [
      1_000_000,
      true,
    ]);
  });

  await test.step("streams both ways at once", async () => {
    const words = new TransformStream<Uint8Array, Uint8Array>();
    const writer = words.writable.getWriter();
    const response = await pipeFetch("http://./stream", {
      pipe: client,
      method: "POST",
      body: words.readable,
    });
    const reader = response.body!.getReader();
    for (const word of ["0", "one", "two"]) {
      assertEquals(text((await reader.read()).value), `tick ${word}\n`);
      const next = word === "0" ? "one" : word === "one" ? "two" : undefined;
      await (next ? writer.write(bytes(next)) : writer.close());
    }
    assertEquals(text((await reader.read()).value), "over\n");
    assertEquals((await reader.read()).done, true);
  });

  await test.step("without a body where there is none", async () => {
    const empty = await pipeFetch("http://./empty", { pipe: client });
    assertEquals([empty.status, empty.body], [204, null]);
    const head = await pipeFetch("http://./x", {
      pipe: client,
      method: "HEAD",
    });
    assertEquals([head.status, await head.text()], [200, ""]);
  });

  await test.step("until its signal is aborted", async () => {
    const over = new AbortController();
    const reason = new Error("enough");
    const words = new TransformStream();
    const response = await pipeFetch("http://./stream", {
      pipe: client,
      method: "POST",
      body: words.readable,
      signal: over.signal,
    });
    over.abort(reason);
    await assertRejects(() => response.text(), Error, "enough");
    await assertRejects(
      () => pipeFetch("http://./x", { pipe: client, signal: over.signal }),
      Error,
      "enough",
    );
    assertEquals((await ask("after")).response.status, 200);
  });
});

Deno.test("pipeFetch() reports a server that is not there, or hangs up", async () => {
  const name = uniqueName();
  await assertRejects(
    () => pipeFetch("http://./x", { pipe: name }),
    Deno.errors.NotFound,
  );
  await assertRejects(
    () => pipeFetch("https://./x", { pipe: name }),
    TypeError,
    "must begin with http://",
  );
  await assertRejects(
    () => pipeFetch("http://./x", { pipe: 1 as unknown as string }),
    TypeError,
    "give its name",
  );
  await using listener = listenPipe(name);
  await using client = createPipeClient(name);
  const asking = pipeFetch("http://./x", { pipe: client });
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 14)), "GET /x HTTP/1.");
  server.close();
  await assertRejects(
    () => asking,
    Deno.errors.BrokenPipe,
    "before it answered",
  );
});

nodeTest("examples/relay_fetch.ts asks Node's http on a pipe", async () => {
  const pipe = uniqueName();
  await using server = node("node_http", `\\\\.\\pipe\\${pipe}`);
  await server.says("ready");
  const url = new URL("../../examples/relay_fetch.ts", import.meta.url);
  const { code, stdout, stderr } = await runScript(url, [pipe, "/v1", "abc"]);
  assertEquals([code, stderr], [0, "200 OK\n"]);
  const { method, url: path, size } = JSON.parse(stdout);
  assertEquals({ method, path, size }, {
    method: "POST",
    path: "/v1",
    size: 3,
  });
});
