import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  connectDde,
  listDdeServices,
  serveDde,
  type ServeDdeOptions,
  trace,
  type TraceRecord,
} from "../../mod.ts";
import { quoteFlag } from "../../lib/quote_flag.ts";
import { assertNoHandlesLeft, ownHandles } from "../support/handles.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { runScript, startScript } from "../support/peer.ts";

const READ = `--allow-read=${
  fileURLToPath(new URL("../../lib/", import.meta.url))
}`;
const CYCLES = 150;
const { BrokenPipe } = Deno.errors;

Deno.test("DdeServer survives malformed messages", async () => {
  const service = uniqueName("dde");
  const errors: unknown[] = [];
  await using server = serveDde(service, {
    topics: { first: { items: { greeting: "hi" } } },
    onError: (error) => errors.push(error),
  });
  const script = new URL("./peers/malformed.ts", import.meta.url);
  const { code, stdout, stderr } = await runScript(script, [service]);
  assertEquals(code, 0, stderr);
  const said = stdout.split("\n");
  assertEquals([said[0], said.at(-1)], ["connected", "survived"]);
  for (const line of said.slice(1, -1)) assert(line.startsWith("0 "), line);
  assertEquals(errors, []);
  await using talk = await connectDde(service, "first");
  assertEquals((await talk.request("greeting")).text, "hi");
  assertEquals(server.publish("first", "greeting", "there"), 0);
});

Deno.test("serveDde() refuses conversations, and ends them when it closes", async () => {
  const service = uniqueName("dde");
  let welcome = false;
  const server = serveDde(service, {
    topics: { topic: { items: { item: "x" } } },
    onConnect: () => welcome,
  });
  const refused = await connectDde(service, "topic");
  await assertRejects(() => refused.request("item"), BrokenPipe);
  welcome = true;
  const talk = await connectDde(service, "topic");
  const advice = await talk.advise("item");
  const pending = assertRejects(() => advice.receive(), BrokenPipe);
  await server[Symbol.asyncDispose]();
  server.close();
  await pending;
  await assertRejects(() => talk.request("item"), BrokenPipe);
  assertThrows(
    () => server.publish("topic", "x", "y"),
    Deno.errors.BadResource,
  );
  refused.close();
  talk.close();
});

Deno.test("serveDde() and publish() check what they are given first", async () => {
  const serve = serveDde as (...args: unknown[]) => unknown;
  const topics = (topic: unknown) => ({ topics: { topic } });
  for (
    const [options, expectedMessage] of [
      [undefined, "Missing options"],
      [{}, "Invalid topics"],
      [{ topics: { "": {} } }, "Invalid topic: it is empty"],
      [{ topics: { a: {}, A: {} } }, "in another case"],
      [topics(null), 'Invalid topic "topic"'],
      [topics({ execute: 1 }), "Invalid execute"],
      [topics({ items: { "a\0": "" } }), "contains a NUL"],
      [topics({ items: { a: 1 } }), 'Invalid item "a"'],
      [topics({ items: { a: "x\0" } }), "contains a NUL"],
      [topics({ items: { a: { value: {} } } }), "it has no format"],
      [topics({ items: { a: { value: { X: "x" } } } }), "not a text format"],
      [topics({ items: { a: { formats: [""] } } }), "Invalid format"],
      [{ topics: {}, answerTimeout: 0 }, "Invalid answerTimeout"],
      [{ topics: {}, onConnect: 1 }, "Invalid onConnect"],
      [{ topics: {}, allowLowerIntegrity: 1 }, "Invalid allowLowerIntegrity"],
    ] as const
  ) {
    assertThrows(() => serve("service", options), Error, expectedMessage);
  }
  assertThrows(() => serve("x".repeat(256), topics({})), RangeError);
  await using server = serveDde(uniqueName("dde"), { topics: { t: {} } });
  const publish = (...args: unknown[]) =>
    (server.publish as (...args: unknown[]) => number)(...args);
  assertThrows(() => publish("no", "x", "y"), Deno.errors.NotFound);
  assertThrows(() => publish("t", "x"), Deno.errors.NotFound);
  assertThrows(() => publish("t", "x", 1), TypeError);
  assertThrows(() => publish("t", "", "y"), TypeError);
});

Deno.test("serveDde(), publish() and poke() go by what they were given, whatever becomes of it", async () => {
  const service = uniqueName("dde");
  const [format, other] = ["winipc.test.one", "winipc.test.other"];
  const given = (byte: number) => ({ [format]: new Uint8Array([byte]) });
  const poked = Promise.withResolvers<Uint8Array>();
  const value = given(1);
  const formats = [format];
  let connected = 0;
  const options: ServeDdeOptions = {
    onConnect: () => ++connected > 0,
    topics: {
      topic: {
        items: {
          kept: { value },
          made: { request: () => given(2), formats },
          poked: { poke: ({ bytes }) => poked.resolve(bytes) },
        },
      },
    },
  };
  // What it inherits counts too.
  await using server = serveDde(service, Object.create(options));
  const published = given(3);
  server.publish("topic", "published", published);
  for (const array of [value[format]!, published[format]!]) array.fill(9);
  formats[0] = other;
  options.onConnect = () => false;

  await using talk = await connectDde(service, "topic");
  assertEquals(connected, 1);
  const requested = async (item: string) =>
    (await talk.request(item, { format })).bytes[0];
  assertEquals(await requested("kept"), 1);
  assertEquals(await requested("published"), 3);
  await using advice = await talk.advise("made", { format });
  assertEquals(advice.format, format);
  const earlier = requested("made");
  const data = new Uint8Array([4]);
  const poking = talk.poke("poked", data, { format });
  data.fill(9);
  assertEquals(await earlier, 2);
  await poking;
  assertEquals((await poked.promise)[0], 4);
});

Deno.test("conversations leave no handles behind, on either side", async () => {
  const service = uniqueName("dde");
  const options: ServeDdeOptions = {
    topics: { topic: { items: { item: { value: "x", poke: true } } } },
  };
  await using _server = serveDde(service, options);
  const script = new URL("./peers/server.ts", import.meta.url);
  const other = uniqueName("dde");
  await using peer = startScript(script, [other, Deno.pid]);
  await peer.says("ready");
  const cycle = async () => {
    await using own = await connectDde(service, "topic");
    await own.poke("item", "y");
    await own.request("item");
    await using far = await connectDde(other, "first");
    await using _advice = await far.advise("fixed");
    await far.request("fixed");
    await peer.says(`+ first ${Deno.pid}`);
    await peer.says("watched fixed");
    far.close();
    await peer.says(`- first ${Deno.pid}`);
  };
  const handlesOfPeer = async () => {
    await peer.send("handles");
    return Number(await peer.line());
  };
  for (let i = 0; i < 5; i++) await cycle();
  await assertNoHandlesLeft(async () => {
    for (let i = 0; i < CYCLES; i++) await cycle();
  }, [ownHandles(), handlesOfPeer]);
});

Deno.test("DDE needs --allow-ffi and the right to read the modules of its thread", async () => {
  const url = new URL("../security/permissions/dde.ts", import.meta.url);
  const rights = ["--allow-ffi", READ];
  const { stdout, stderr } = await runScript(url, [], rights);
  assertEquals(stdout || stderr, "hi");
  const scope = "--allow-ffi=C:\\Windows\\System32\\kernel32.dll";
  for (
    const [flags, expectedMessage] of [
      [[], "(required in all: --allow-ffi without a list of libraries)"],
      [[scope], "Cannot use DDE"],
      [["--allow-ffi"], quoteFlag(READ)],
    ] as const
  ) {
    const said = (await runScript(url, [], [...flags])).stdout;
    assert(said.startsWith("NotCapable: "), said);
    assert(said.includes(expectedMessage), said);
  }
});

Deno.test("DDE lets lower integrity levels in where that is asked for, at each of its windows", async () => {
  const service = uniqueName("dde");
  const filtered = async (allowLowerIntegrity: boolean) => {
    const records: TraceRecord[] = [];
    {
      using _ = trace({ sink: (record) => records.push(record) });
      const topics = { topic: { items: { item: "x" } } };
      await using _server = serveDde(service, { topics, allowLowerIntegrity });
      const options = { allowLowerIntegrity };
      await using talk = await connectDde(service, "topic", options);
      await talk.request("item");
      assertEquals(
        (await listDdeServices(service, "topic", options)).length,
        1,
      );
    }
    return records
      .filter(({ name }) => name === "ChangeWindowMessageFilterEx")
      .map(({ args }) => args.message);
  };
  assertEquals(await filtered(false), []);
  // Of the server, its two conversations, the client and the search; and where
  // another test searches all servers meanwhile, of that conversation.
  const all = Array.from({ length: 9 }, (_, i) => 0x3e0 + i);
  const given = await filtered(true);
  const windows = Math.max(5, given.length / all.length);
  assertEquals(given, Array(windows).fill(all).flat());
});
