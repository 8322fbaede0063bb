import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { isThisComputer } from "../../lib/rpc/caller_identity.ts";
import { connectRpc } from "../../lib/rpc/mod.ts";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { Win32Error } from "../../lib/win32/error.ts";
import { fromUtf16 } from "../../lib/win32/utf16.ts";
import { text } from "../support/names.ts";
import "../support/native.ts";
import { type Peer, startScript } from "../support/peer.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const NOTHING = new Uint8Array();
const TELL_CALLER = 6;
const SERVER = new URL("./peers/server.ts", import.meta.url);

/** An address of this computer that is not loopback: what comes from it might come from anywhere. */
const outside = Deno.networkInterfaces().find(({ family, address }) =>
  family === "IPv4" && !address.startsWith("127.")
)?.address;

async function startServer(
  uuid: string,
  binding: string,
  flags: string[],
): Promise<Peer> {
  const server = startScript(SERVER, [...flags, uuid, binding]);
  await server.says(`ready ${binding}`);
  return server;
}

Deno.test({
  name:
    `serveRpc() refuses callers by TCP that are not loopback (${outside}), unless remote is asked for`,
  ignore: outside === undefined,
  async fn() {
    const uuid = uniqueUuid();
    const [, , tcp] = uniqueBindings();
    const far = tcp.replace("127.0.0.1", outside!);
    const id = { uuid, version: "2.3" };
    {
      await using _server = await startServer(uuid, tcp, []);
      using stranger = await connectRpc(far, id);
      for (const procedure of [0, TELL_CALLER]) {
        const error = await assertRejects(
          () => stranger.call(procedure, NOTHING),
          Deno.errors.PermissionDenied,
          `Cannot call procedure ${procedure} at "${far}": the server refuses this caller (ERROR_ACCESS_DENIED)`,
        );
        assertInstanceOf(error.cause, Win32Error);
        assertEquals(error.cause.code, 5);
      }
      using near = await connectRpc(tcp, id);
      assertEquals(await addressSeen(near), "127.0.0.1");
    }
    await using _server = await startServer(uuid, tcp, ["--remote"]);
    using welcome = await connectRpc(far, id);
    assertEquals(await addressSeen(welcome), outside);
    using near = await connectRpc(tcp, id);
    assertEquals(await addressSeen(near), "127.0.0.1");
  },
});

async function addressSeen(
  client: Awaited<ReturnType<typeof connectRpc>>,
): Promise<string> {
  return JSON.parse(text(await client.call(TELL_CALLER, NOTHING))).address;
}

Deno.test("isThisComputer() knows loopback and this computer's name, and nobody by silence", () => {
  const size = 16;
  const wide = new Uint8Array(2 * size);
  kernel32().call.GetComputerNameW(wide, new Uint32Array([size]));
  const name = fromUtf16(wide);
  const here = [
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "::ffff:127.0.0.1",
    "::FFFF:127.1.2.3",
    "localhost",
    "LocalHost",
    name,
    name.toLowerCase(),
    `\\\\${name}`,
  ];
  for (const address of here) {
    assertEquals(isThisComputer(address), true, String(address));
  }
  const elsewhere = [
    undefined,
    "",
    "192.0.2.7",
    "10.127.0.1",
    "1127.0.0.1",
    "127.0.0.1.example.com",
    "127.0.0",
    "::2",
    "::1%3",
    "::ffff:192.0.2.7",
    "fe80::1",
    "0.0.0.0",
    "::",
    `${name}x`,
    `${name}.example.com`,
    "localhost.example.com",
    "127.0.0.1\n192.0.2.7",
    " ",
  ];
  if (outside !== undefined) elsewhere.push(outside);
  for (const address of elsewhere) {
    assertEquals(isThisComputer(address), false, String(address));
  }
});
