/** What a message that is given up under way leaves behind. */

import { assertEquals, assertRejects } from "@std/assert";
import { connectPipe } from "../../mod.ts";
import { bytes, pattern, text, uniqueName } from "../support/names.ts";
import { pair, serverPeer, turn } from "./helpers.ts";

const BUFFER = 4096;
const MESSAGES = { mode: "message", inputBuffer: BUFFER } as const;
/** More than the pipe holds: the write waits for its reader. */
const LARGE = pattern(16 * BUFFER);
const REFUSED = [Deno.errors.BrokenPipe, "was cancelled"] as const;

Deno.test("a message aborted while its reader has its beginning gets no next one for its rest", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("parts", name);
  await using connection = await connectPipe(name, MESSAGES);
  const abort = new AbortController();
  const write = connection.write(LARGE, { signal: abort.signal });
  await peer.says("began");
  abort.abort(new Error("enough"));
  await assertRejects(() => write, Error, "enough");
  await assertRejects(() => connection.write(bytes("next")), ...REFUSED);
  await assertRejects(() => connection.closeWrite(), ...REFUSED);
  await assertRejects(() => connection.transact(bytes("?")), ...REFUSED);
  connection.close();
  await peer.send("go on");
  await peer.says("null");
});

Deno.test("a message aborted under way refuses those that wait behind it, and reading goes on", async () => {
  await using ends = await pair(MESSAGES);
  const abort = new AbortController();
  const write = ends.client.write(LARGE, { signal: abort.signal });
  const behind = assertRejects(
    () => ends.client.write(bytes("behind")),
    ...REFUSED,
  );
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => write, Error, "enough");
  await behind;
  await ends.server.write(bytes("still"));
  assertEquals(text(await ends.client.readMessage()), "still");
  ends.client.close();
  assertEquals(await ends.server.readMessage(), null);
});

Deno.test("a message aborted before its turn leaves the connection as it was", async () => {
  await using ends = await pair(MESSAGES);
  const first = ends.client.write(LARGE);
  await assertRejects(
    () => ends.client.write(bytes("second"), { timeout: 1 }),
    DOMException,
  );
  assertEquals(await ends.server.readMessage(), LARGE);
  await first;
  await ends.client.write(bytes("third"));
  assertEquals(text(await ends.server.readMessage()), "third");
});

Deno.test("an aborted message of one byte leaves the connection as it was: nobody has a part of it", async () => {
  await using ends = await pair(MESSAGES);
  await ends.client.write(pattern(BUFFER));
  await assertRejects(
    () => ends.client.write(bytes("1"), { timeout: 1 }),
    DOMException,
  );
  const next = ends.client.write(bytes("next"));
  assertEquals(await ends.server.readMessage(), pattern(BUFFER));
  assertEquals(text(await ends.server.readMessage()), "next");
  await next;
});

Deno.test("a write of byte mode that is aborted leaves the connection at work", async () => {
  await using ends = await pair({ inputBuffer: BUFFER });
  await assertRejects(
    () => ends.client.write(LARGE, { timeout: 1 }),
    DOMException,
  );
  const next = ends.client.write(bytes("!"));
  const buffer = new Uint8Array(LARGE.length);
  const length = await ends.server.read(buffer) ?? 0;
  assertEquals(text(buffer.subarray(length - 1, length)), "!");
  await next;
});
