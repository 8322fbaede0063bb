import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
  assertRejects,
} from "@std/assert";
import {
  connectDde,
  findWindows,
  listenRegistered,
  postRegistered,
  serveDde,
  type WindowInfo,
} from "../../mod.ts";
import { isOpen } from "../window/is_open.ts";
import { atomName } from "../../lib/dde/wire/memory.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";

/** So long the other side is waited for; timers may be a tick early. */
const CONFIRM_MS = 1000;
const TICK_MS = 16;

const topics = { first: { items: { item: "x" } } };

const REGISTERED = "winipc.test.registered";

async function lateClient(
  service: string,
  kind: "confirms" | "silent",
): Promise<Peer> {
  const url = new URL("./peers/late_client.ts", import.meta.url);
  const peer = startScript(url, [service, kind]);
  await peer.says("connected");
  return peer;
}

/** Blocks this thread until as many windows of conversations exist here. */
function blockUntilWindows(count: number): WindowInfo[] {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + 60_000;
  for (;;) {
    const found = windows();
    if (found.length >= count) return found;
    assert(performance.now() < end, "no client came");
    Atomics.wait(cell, 0, 0, 5);
  }
}

/** The windows of conversations that exist here. */
function windows(): WindowInfo[] {
  const className = "winipc.dde";
  return findWindows({ className, messageOnly: true, pid: Deno.pid });
}

/**
 * The names of a peer's late messages that still exist. Another program may
 * use the number of a freed atom again.
 */
function leftNames(atoms: string): (string | undefined)[] {
  return atoms.split(" ").map((atom) => atomName(Number(atom)))
    .filter((name) => /^(?:late|asked|poked) /.test(name ?? ""));
}

Deno.test("DdeServer frees what clients post until they confirm the end", async () => {
  const service = uniqueName("dde");
  const server = serveDde(service, { topics });
  await using client = await lateClient(service, "confirms");
  await server[Symbol.asyncDispose]();
  assertEquals(leftNames(await client.line()), []);
});

Deno.test("DdeServer waits for no client longer than a second", async () => {
  const service = uniqueName("dde");
  const server = serveDde(service, { topics });
  await using _client = await lateClient(service, "silent");
  const since = performance.now();
  await server[Symbol.asyncDispose]();
  const elapsed = performance.now() - since;
  assertGreaterOrEqual(elapsed, CONFIRM_MS - TICK_MS);
});

Deno.test("DdeServer ends a conversation that began while the program was busy", async () => {
  const service = uniqueName("dde");
  const server = serveDde(service, { topics });
  const url = new URL("./peers/late_client.ts", import.meta.url);
  await using client = startScript(url, [service, "confirms"]);
  blockUntilWindows(1);
  server.close();
  await client.says("connected");
  // It says that when it hears of the end.
  assertMatch(await client.line(), /^\d+ \d+$/);
  await server[Symbol.asyncDispose]();
});

Deno.test("connectDde() ends a conversation that began before it was aborted", async () => {
  const service = uniqueName("dde");
  const disconnected = Promise.withResolvers<void>();
  await using _server = serveDde(service, {
    topics,
    onDisconnect: () => disconnected.resolve(),
  });
  const controller = new AbortController();
  const { signal } = controller;
  const connecting = connectDde(service, "first", { signal });
  // The client's window, and the server's.
  const both = blockUntilWindows(2);
  // The window thread handles requests after the server's answer.
  await using listener = listenRegistered([REGISTERED]);
  const reason = new Error("aborted on purpose");
  controller.abort(reason);
  await assertRejects(() => connecting, Error, reason.message);
  await disconnected.promise;
  // The client's window closes once the server has confirmed the end; this
  // thread hears of it before the message.
  while (both.some(isOpen)) await new Promise((go) => setTimeout(go, 1));
  postRegistered(listener, REGISTERED);
  await listener.receive({ timeout: 10_000 });
});

Deno.test("DdeConversation takes CF_TEXT for any text, pokes ASCII so, and frees what comes until the server confirms the end", async () => {
  const service = uniqueName("dde");
  const url = new URL("./peers/text_server.ts", import.meta.url);
  await using server = startScript(url, [service]);
  await server.says("ready");
  const talk = await connectDde(service, null);
  assertEquals(talk.topic, "first");
  const { format, text } = await talk.request("item");
  assertEquals([format, text], ["CF_TEXT", "requested"]);
  {
    await using advice = await talk.advise("item");
    assertEquals(advice.format, "CF_UNICODETEXT");
    const { data } = await advice.receive({ timeout: 10_000 });
    assertEquals([data?.format, data?.text], ["CF_TEXT", "changed"]);
  }
  await talk.poke("item", "new");
  await server.says("poked as 1");
  await talk.poke("item", "ünï 中文");
  await server.says("poked as 13");
  await talk[Symbol.asyncDispose]();
  assertEquals(leftNames(await server.line()), []);
});

Deno.test("an update goes to the advice of exactly its format, where there is one", async () => {
  const service = uniqueName("dde");
  await using server = serveDde(service, { topics });
  await using talk = await connectDde(service, "first");
  await using unicode = await talk.advise("item");
  await using ansi = await talk.advise("item", { format: "CF_TEXT" });
  for (const text of ["one", "two"]) {
    assertEquals(server.publish("first", "item", text), 2);
    for (const advice of [unicode, ansi]) {
      const { data } = await advice.receive({ timeout: 10_000 });
      assertEquals([data?.format, data?.text], [advice.format, text]);
    }
  }
  assert(unicode.format !== ansi.format);
});
