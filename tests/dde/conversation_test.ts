import { assertEquals, assertRejects } from "@std/assert";
import {
  connectDde,
  type DdeUpdate,
  listDdeServices,
  listenMessages,
} from "../../mod.ts";
import { pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { served } from "./peers/helpers.ts";

const { PermissionDenied, Busy, BrokenPipe, NotFound, BadResource } =
  Deno.errors;
const TEXT = "ünï 中文 😀";

Deno.test("DdeConversation requests, pokes and executes", async () => {
  await using all = await served();
  const { talk, peer, service } = all;
  assertEquals([talk.service, talk.topic], [service, "first"]);
  assertEquals(talk.pid, peer.pid);

  const greeting = await talk.request("Greeting");
  assertEquals([greeting.format, greeting.text], ["CF_UNICODETEXT", TEXT]);
  const ansi = await talk.request("fixed", { format: "CF_TEXT" });
  assertEquals(ansi.bytes, new TextEncoder().encode("fixed\0"));
  assertEquals(ansi.text, "fixed");
  const bytes = await talk.request("bytes", { format: "winipc test" });
  assertEquals([...bytes.bytes], [0, 1, 0, 255]);
  assertEquals(bytes.text, undefined);
  assertEquals((await talk.request("any1")).text, "any1 CF_UNICODETEXT");

  await assertRejects(() => talk.request("nothing"), PermissionDenied);
  await assertRejects(() => talk.request("bytes"), PermissionDenied);
  const busy = await assertRejects(() => talk.request("busy"), Busy);
  assertEquals((busy.cause as { symbol: string }).symbol, "DMLERR_BUSY");
  await assertRejects(() => talk.request("broken"), PermissionDenied);
  await peer.says("error broken on purpose");
  await peer.says("error broken on purpose");

  await talk.poke("greeting", "new");
  assertEquals((await talk.request("greeting")).text, "new");
  const big = pattern(1 << 20);
  await talk.poke("greeting", big, { format: "winipc test" });
  const back = await talk.request("greeting", { format: "winipc test" });
  assertEquals(back.bytes, big);
  await assertRejects(() => talk.poke("fixed", "x"), PermissionDenied);

  await talk.execute(`[Say(${TEXT})]`);
  await peer.says(`execute [Say(${TEXT})]`);
  await assertRejects(
    () => talk.execute("no"),
    PermissionDenied,
    "the server refuses it (DMLERR_NOTPROCESSED)",
  );
});

Deno.test("DdeConversation.advise() passes every change to every loop, hot and warm", async () => {
  await using all = await served();
  const { talk, peer, service } = all;
  await using other = await connectDde(service, "first");
  await peer.says(`+ first ${Deno.pid}`);
  await using hot = await talk.advise("greeting");
  await using ansi = await talk.advise("greeting", { format: "CF_TEXT" });
  await using warm = await other.advise("greeting", { warm: true });
  for (let i = 0; i < 3; i++) await peer.says("watched greeting");
  for (const text of ["one", "two"]) {
    await peer.send(`greeting=${text}`);
    await peer.says("3");
    const shown = ({ item, data }: DdeUpdate) => [item, data?.text];
    assertEquals(shown(await hot.receive()), ["greeting", text]);
    assertEquals(shown(await ansi.receive()), ["greeting", text]);
    assertEquals(shown(await warm.receive()), ["greeting", undefined]);
  }
  // What one pokes, all others see.
  await other.poke("greeting", TEXT);
  assertEquals((await hot.receive()).data?.text, TEXT);
  await warm.receive();

  await assertRejects(() => talk.advise("greeting"), TypeError, "already");
  await assertRejects(() => talk.advise("quiet"), PermissionDenied);
  const pending = hot.receive();
  const failing = assertRejects(() => pending, BadResource, "is closed");
  await hot[Symbol.asyncDispose]();
  await failing;
  await peer.send("greeting=three");
  await peer.says("2");
  assertEquals((await warm.receive()).item, "greeting");
});

Deno.test("DdeConversation.advise() refuses an item that is about to be watched", async () => {
  await using all = await served();
  const { talk, peer } = all;
  const first = talk.advise("greeting");
  await assertRejects(() => talk.advise("Greeting"), TypeError, "already");
  await using hot = await first;
  await using _other = await talk.advise("greeting", { format: "CF_TEXT" });
  // It has only the second format that the first call tries.
  const either = assertRejects(
    () => talk.advise("ansi"),
    TypeError,
    "already",
  );
  await using _ansi = await talk.advise("ansi", { format: "CF_TEXT" });
  await either;
  for (const item of ["greeting", "greeting", "ansi"]) {
    await peer.says(`watched ${item}`);
  }
  await peer.send("greeting=one");
  await peer.says("2");
  assertEquals((await hot.receive()).data?.text, "one");
  // One that the server refuses is not watched.
  await assertRejects(() => talk.advise("quiet"), PermissionDenied);
  await assertRejects(() => talk.advise("quiet"), PermissionDenied);
});

Deno.test("DdeConversation.advise() keeps a change that comes together with the consent", async () => {
  await using all = await served();
  for (let i = 0; i < 10; i++) {
    await using advice = await all.talk.advise("eager");
    const { data } = await advice.receive({ timeout: 10_000 });
    assertEquals(data?.text, "at once");
  }
});

Deno.test("DdeConversation aborts a transaction, and continues", async () => {
  await using all = await served();
  const { talk, peer } = all;
  await assertRejects(
    () => talk.request("silent", { timeout: 50 }),
    DOMException,
    "the server did not answer within 50 ms",
  );
  await peer.says("silent");
  const controller = new AbortController();
  const request = assertRejects(
    () => talk.request("fixed", { signal: controller.signal }),
    Error,
    "enough",
  );
  controller.abort(new Error("enough"));
  await request;
  const signal = AbortSignal.abort(new Error("before"));
  await assertRejects(() => talk.request("fixed", { signal }), Error, "before");
  using next = await connectDde(talk.service, "first");
  assertEquals((await next.request("fixed")).text, "fixed");
});

Deno.test("DdeConversation ends with an error when the server dies", async () => {
  await using all = await served();
  const { talk, peer, service } = all;
  using killed = await connectDde(service, "first");
  await using advice = await killed.advise("fixed");
  const pending = [
    assertRejects(() => talk.request("silent"), BrokenPipe, "has ended"),
    assertRejects(() => advice.receive(), BrokenPipe, "DMLERR_SERVER_DIED"),
  ];
  await peer.says(`+ first ${Deno.pid}`);
  await peer.says("watched fixed");
  await peer.says("silent");
  await peer.kill();
  await Promise.all(pending);
  await assertRejects(() => talk.request("fixed"), BrokenPipe);
  await assertRejects(() => killed.execute("x"), BrokenPipe);
  await assertRejects(() => connectDde(service, "first"), NotFound);
  talk.close();
});

Deno.test("DdeConversation has the answer of a server that ends right after it", async () => {
  await using all = await served();
  const { talk, peer } = all;
  const done = talk.execute("last", { timeout: 60_000 });
  // It is awaited at the end.
  done.catch(() => {});
  await peer.says("execute last");
  // While a message is handled, the window thread takes nothing that is posted.
  const title = uniqueName("dde");
  const handling = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await using _busy = listenMessages({ title }, async () => {
    handling.resolve();
    await release.promise;
  });
  const url = new URL("../copy_data/peers/sender.ts", import.meta.url);
  await using sender = startScript(url, [title, "hello"]);
  await handling.promise;
  await peer.send("answer and end");
  assertEquals((await peer.ended()).code, 0);
  // Its end is known by now; its answer waits in the window.
  for (let i = 0; i < 20; i++) await new Promise((r) => setTimeout(r));
  release.resolve();
  await done;
  await assertRejects(() => talk.execute("more"), BrokenPipe, "has ended");
  assertEquals((await sender.ended()).code, 0);
});

Deno.test("DdeServer reports who comes and goes, also by dying, and knows the convention", async () => {
  await using all = await served();
  const { talk, peer, service } = all;
  const second = `${service}.second`;
  const found = await listDdeServices(service);
  const topics = found.map(({ topic }) => topic).sort();
  assertEquals(topics, ["System", "first", second].sort());
  for (let i = 0; i < 6; i++) await peer.line();
  assertEquals((await listDdeServices(uniqueName())).length, 0);

  using any = await connectDde(null, second.toUpperCase());
  assertEquals(any.service, service);
  assertEquals(any.topic.toLowerCase(), second.toLowerCase());
  await peer.says(`+ ${second} ${Deno.pid}`);
  any.close();
  await peer.says(`- ${second} ${Deno.pid}`);
  using system = await connectDde(service, "system");
  await peer.says(`+ System ${Deno.pid}`);
  const text = async (item: string) => (await system.request(item)).text;
  assertEquals(
    await text("SysItems"),
    "SysItems\tTopics\tFormats\tStatus\tReturnMessage\tHelp",
  );
  assertEquals(await text("Topics"), `System\tfirst\t${second}`);
  assertEquals(await text("Formats"), "UNICODETEXT\tTEXT\twinipc test");
  assertEquals(await text("Help"), "Ask for greeting.");
  assertEquals(await text("Status"), "Ready");
  assertEquals(
    (await talk.request("TopicItemList")).text?.split("\t").slice(0, 2),
    ["greeting", "fixed"],
  );
});

Deno.test("connectDde() and transactions check their arguments first", async () => {
  const connect = connectDde as (...args: unknown[]) => Promise<unknown>;
  for (
    const [args, expectedMessage] of [
      [["", "t"], "Invalid service"],
      [[1, "t"], "Invalid service"],
      [["s", "a\0"], "contains a NUL"],
      [["s", "#12"], "mean a number"],
      [["s", "#"], "mean a number"],
      [["s", "x".repeat(256)], "longer than 255"],
      [["s", "t", { timeout: -1 }], "Invalid timeout"],
      [["s", "t", { waitForPeer: 1 }], "Invalid waitForPeer"],
      [["s", "t", { allowLowerIntegrity: 1 }], "Invalid allowLowerIntegrity"],
    ] as const
  ) {
    await assertRejects(() => connect(...args), Error, expectedMessage);
  }
  await using all = await served();
  const { talk } = all;
  const loose = talk as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  for (
    const [verb, args, expectedMessage] of [
      ["request", [""], "Invalid item"],
      ["request", ["x", { format: "" }], "Invalid format"],
      ["request", ["x", { format: "CF_BITMAP" }], "not bytes"],
      ["request", ["x", { signal: 1 }], "Invalid signal"],
      ["poke", ["x", new Uint8Array(1)], "Missing format"],
      ["poke", ["x", 1], "Invalid data"],
      ["poke", ["x", "a\0b"], "contains a NUL"],
      ["poke", ["x", "a", { format: "winipc test" }], "not a text format"],
      ["execute", [""], "Invalid command"],
      ["execute", ["x", { encoding: "gbk" }], "Invalid encoding"],
      ["advise", ["x", { warm: 1 }], "Invalid warm"],
    ] as const
  ) {
    await assertRejects(() => loose[verb]!(...args), Error, expectedMessage);
  }
});
