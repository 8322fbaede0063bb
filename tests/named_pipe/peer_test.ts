import { assert, assertEquals, assertThrows } from "@std/assert";
import { connectPipe, listenPipe, readExactly, trace } from "../../mod.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import { runScript } from "../support/peer.ts";
import { UNDER_WINE } from "../support/system.ts";
import { clientPeer, pair, serverPeer } from "./helpers.ts";

Deno.test("peer() returns the other process at each end", async () => {
  await using ends = await pair();
  for (const end of [ends.server, ends.client]) {
    const { pid, sessionId, computer } = end.peer();
    assertEquals(pid, Deno.pid);
    assertEquals(typeof sessionId, "number");
    assertEquals(computer, undefined);
  }
});

Deno.test("peer() returns the client's process", async () => {
  await using listener = listenPipe(uniqueName());
  await using peer = clientPeer("stay", listener.name);
  await using server = await listener.accept();
  assertEquals(server.peer().pid, peer.pid);
});

Deno.test("peer() returns a client's server, which has disconnected it since", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("disconnect", name);
  await using client = await connectPipe(name);
  await peer.send("disconnect");
  await peer.says("1");
  assertEquals(client.peer().pid, peer.pid);
  assertEquals(await client.read(new Uint8Array(1)), null);
});

Deno.test("peer() of a closed connection is BadResource", async () => {
  await using ends = await pair();
  ends.server.close();
  assertThrows(() => ends.server.peer(), Deno.errors.BadResource);
});

Deno.test("peerUser() returns the client's account", async () => {
  await using listener = listenPipe(uniqueName());
  await using _peer = clientPeer("write", listener.name, "hello");
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 5)), "hello");
  const user = server.peerUser();
  assertEquals(user.name, Deno.env.get("USERNAME"));
  assert(user.domain.length > 0);
});

Deno.test("peerUser() opens the client's token as the client, and asks for the rest as itself", async () => {
  await using ends = await pair();
  await ends.client.write(bytes("x"));
  await readExactly(ends.server, 1);
  const calls: string[] = [];
  {
    using _trace = trace({ sink: ({ name }) => calls.push(name) });
    ends.server.peerUser();
  }
  const [from, to] = ["ImpersonateNamedPipeClient", "RevertToSelf"]
    .map((name) => calls.indexOf(name));
  assertEquals(calls.slice(from! + 1, to), [
    "GetCurrentThread",
    "OpenThreadToken",
  ]);
  assert(calls.indexOf("LookupAccountSidW") > to!);
});

Deno.test("peerUser() of a client that connects anonymously is PermissionDenied", async () => {
  await using ends = await pair({}, { impersonation: "anonymous" });
  await ends.client.write(bytes("x"));
  await readExactly(ends.server, 1);
  // Wine takes the client's token whatever the level.
  if (UNDER_WINE) return assert(ends.server.peerUser().name.length > 0);
  assertThrows(
    () => ends.server.peerUser(),
    Deno.errors.PermissionDenied,
    "anonymously",
  );
});

Deno.test("impersonate() ends the process where the rights of the client would stay", async () => {
  const script = new URL("./peers/impersonator.ts", import.meta.url);
  const { code, stdout, stderr } = await runScript(script, [uniqueName()]);
  assertEquals([code, stdout.trim()], [1, "impersonating"]);
  assert(stderr.includes("RevertToSelf failed"), stderr);
  // Under Windows' rules: nothing is bound with the client's rights.
  assert(!stderr.includes("windows-rules"), stderr);
});

Deno.test("impersonate() gives the scope's result", async () => {
  await using ends = await pair({}, { impersonation: "impersonation" });
  await ends.client.write(bytes("x"));
  await readExactly(ends.server, 1);
  assertEquals(ends.server.impersonate(() => 6 * 7), 42);
});

Deno.test("impersonate() passes what the scope throws, and reverts", async () => {
  await using ends = await pair({}, { impersonation: "impersonation" });
  await ends.client.write(bytes("x"));
  await readExactly(ends.server, 1);
  for (let i = 0; i < 2; i++) {
    assertThrows(
      () =>
        ends.server.impersonate(() => {
          throw new RangeError("inside");
        }),
      RangeError,
      "inside",
    );
  }
  assertEquals(ends.server.impersonate(() => "again"), "again");
});

Deno.test("impersonate() refuses an asynchronous scope", async () => {
  await using ends = await pair({}, { impersonation: "impersonation" });
  await ends.client.write(bytes("x"));
  await readExactly(ends.server, 1);
  assertThrows(
    () => ends.server.impersonate(async () => {}),
    TypeError,
    "over an await",
  );
});

Deno.test("impersonate() at the client's end is a TypeError", async () => {
  await using ends = await pair();
  assertThrows(
    () => ends.client.impersonate(() => {}),
    TypeError,
    "only the server end",
  );
  assertThrows(() => ends.client.peerUser(), TypeError);
});
