import { assertEquals, assertRejects } from "@std/assert";
import { connectRpc, serveRpc } from "../../lib/rpc/mod.ts";
import { bytes } from "../support/names.ts";
import "../support/native.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const OPEN = "D:(A;;GA;;;WD)";
const STRICT = "D:(A;;GA;;;SY)";
const procedures = [(bytes: Uint8Array) => bytes];

/** Serves at `bindings` until it is disposed of. */
function serve(bindings: string[], sddl?: string, uuid = uniqueUuid()) {
  return serveRpc({ bindings, sddl, interfaces: { uuid, procedures } });
}

Deno.test("serveRpc() takes no other sddl for an endpoint that this process has already", async () => {
  const [local, pipe] = uniqueBindings();
  for (const binding of [local, pipe, "ncalrpc:"]) {
    for (const [first, second] of [[undefined, STRICT], [OPEN, undefined]]) {
      const own = binding.replace(/\]$/, `.${first === undefined}]`);
      await using server = await serve([own], first);
      server.close();
      await server.closed;
      const error = await assertRejects(
        () => serve([own], second),
        Deno.errors.AlreadyExists,
      );
      const sddlNote = (sddl?: string) =>
        sddl === undefined ? "without sddl" : `with sddl "${sddl}"`;
      assertEquals(
        error.message,
        `Cannot serve at "${own}${own === "ncalrpc:" ? "[]" : ""}" ` +
          `${sddlNote(second)}: this process has the endpoint already ${
            sddlNote(first)
          }, and Windows keeps that until the process ends; give the same, or another endpoint`,
      );
      await using again = await serve([own], first);
      assertEquals(again.bindings, server.bindings);
      // Windows chooses one endpoint for each protocol, whose sddl stays.
      if (own === "ncalrpc:") break;
    }
  }
});

Deno.test("serveRpc() that is refused for its sddl leaves nothing open", async () => {
  const [taken] = uniqueBindings();
  const [fresh] = uniqueBindings();
  const uuid = uniqueUuid();
  {
    await using _server = await serve([taken], OPEN);
  }
  await assertRejects(
    () => serve([fresh, taken], STRICT, uuid),
    Deno.errors.AlreadyExists,
  );
  await assertRejects(
    () => connectRpc(fresh, { uuid }),
    Deno.errors.NotFound,
  );
  // Neither the endpoint nor the interface is taken.
  await using _server = await serve([fresh, taken], OPEN, uuid);
  using client = await connectRpc(fresh, { uuid });
  assertEquals(await client.call(0, bytes("x")), bytes("x"));
});

Deno.test("serveRpc() opens an endpoint with an sddl in any letter case once, and a port with any", async () => {
  const [local, , tcp] = uniqueBindings();
  await using _one = await serve([
    local,
    local.toUpperCase()
      .replace("NCALRPC", "ncalrpc"),
  ], OPEN);
  await using _two = await serve([tcp], OPEN);
  // Windows has no descriptors for ports.
  await using _three = await serve([tcp]);
  await using _four = await serve([tcp], STRICT);
  await assertRejects(
    () => serve([local.toUpperCase().replace("NCALRPC", "ncalrpc")], STRICT),
    Deno.errors.AlreadyExists,
  );
});
