import { assertEquals } from "@std/assert";
import {
  connectRpc,
  ndr,
  type RpcClient,
  type RpcHandler,
  serveRpc,
} from "../../lib/rpc/mod.ts";
import { namedUnless } from "../support/ignored.ts";
import { Peer } from "../support/peer.ts";
import { pattern } from "../support/names.ts";
import "../support/native.ts";
import { UNDER_WINE } from "../support/system.ts";
import { uniqueBindings } from "./helpers.ts";
import {
  ARRAYS,
  ARRAYS_SENT,
  ECHO,
  NUMBERS,
  NUMBERS_SENT,
  type Procedure,
  SHAPES,
  STRINGS,
  STRINGS_SENT,
  STRUCTS,
  STRUCTS_SENT,
  SUM,
  SUM_SENT,
} from "./shapes.ts";

// Without Debian's widl and MinGW, as on Windows, there is no C program to test against.
const program = Deno.env.get("WINIPC_TEST_MIDL");

Deno.test({
  name:
    "CI on Linux has the MIDL-compiled C program, so that nothing below is ignored",
  ignore: !UNDER_WINE || Deno.env.get("CI") !== "true",
  fn() {
    const missing = "there is no C program: install mingw-w64-tools and " +
      "gcc-mingw-w64-x86-64-win32, which tests/rpc/midl/build.ts needs";
    assertEquals(typeof program, "string", missing);
  },
});

/** The protocol sequence and the endpoint of a binding, as peer.c takes them. */
function words(binding: string): [string, string] {
  const [protocol, endpoint] = binding.split(/:[^[]*\[/) as [string, string];
  return [protocol, endpoint.slice(0, -1).replaceAll("\\\\", "\\")];
}

function run(mode: string, binding: string): Peer {
  return new Peer(program!, [mode, ...words(binding)]);
}

/** Holds what C sends against what we would have sent, byte for byte. */
function handle(
  { request, response }: Procedure,
  sent: readonly unknown[],
  results: readonly unknown[],
): RpcHandler {
  return (bytes) => {
    assertEquals(ndr.decode(request, bytes), sent);
    assertEquals(bytes, ndr.encode(request, sent));
    return ndr.encode(response, results);
  };
}

/** Calls C, and holds what comes back against what we would have sent. */
async function call(
  client: RpcClient,
  { number, request, response }: Procedure,
  sent: readonly unknown[],
): Promise<unknown> {
  const got = await client.call(number, ndr.encode(request, sent));
  const results = ndr.decode(response, got);
  assertEquals(got, ndr.encode(response, results));
  return results;
}

const BACK = {
  paint: "blue",
  name: "back 中",
  place: { x: 9, y: -9n },
  other: { x: 1, y: 2n },
  note: null,
  weight: 0.25,
} as const;

const PROCEDURES: RpcHandler[] = [
  (bytes) => {
    const [size, data] = ndr.decode(ECHO.request, bytes);
    assertEquals(bytes, ndr.encode(ECHO.request, [size, data]));
    return ndr.encode(ECHO.response, [size, data, 0]);
  },
  handle(NUMBERS, NUMBERS_SENT, [-0x123456789abcdf0n, -2, 4.5]),
  handle(STRINGS, STRINGS_SENT, [{ text: "ünï" }, 42]),
  handle(ARRAYS, ARRAYS_SENT, [-(1n << 62n)]),
  handle(STRUCTS, STRUCTS_SENT, [BACK]),
  handle(SUM, SUM_SENT, [106]),
];

Deno.test({
  ...namedUnless(
    program === undefined,
    "no compiler for C programs of RPC here",
    "serveRpc() serves a MIDL-compiled C client over every protocol, and NDR agrees byte for byte",
  ),
  async fn() {
    const bindings = uniqueBindings();
    const errors: string[] = [];
    await using _server = await serveRpc({
      bindings,
      interfaces: { ...SHAPES, procedures: PROCEDURES },
      onError: (error) => void errors.push(String(error)),
    });
    for (const binding of bindings) {
      await using client = run("client", binding);
      const { code, stdout } = await client.ended();
      assertEquals(errors, []);
      assertEquals(stdout.split("\n"), [
        "numbers -81985529216486896 -2 4.50",
        "strings 42 00fc 006e 00ef",
        `arrays ${-(1n << 62n)}`,
        "structs 6 9 -9 1 - 0.25 0062 0061 0063 006b 0020 4e2d",
        "sum 106",
        "echo 64 1",
        "echo 1048576 1",
        "echo 0 1",
      ]);
      assertEquals(code, 0);
    }
  },
});

Deno.test({
  ...namedUnless(
    program === undefined,
    "no compiler for C programs of RPC here",
    "serveRpc() raises an exception in a C client for what a handler throws, and lives on",
  ),
  async fn() {
    const bindings = uniqueBindings().slice(0, 1);
    const refuse = () => {
      throw new Error("no");
    };
    await using _server = await serveRpc({
      bindings,
      interfaces: { ...SHAPES, procedures: [refuse, refuse] },
    });
    for (let i = 0; i < 2; i++) {
      await using client = run("client", bindings[0]!);
      const { code, stdout } = await client.ended();
      assertEquals(stdout.replace(/exception e5[0-9a-f]{6}/, "told"), "told");
      assertEquals(code, 3);
    }
  },
});

Deno.test({
  ...namedUnless(
    program === undefined,
    "no compiler for C programs of RPC here",
    "connectRpc() calls a MIDL-compiled C server over every protocol, and NDR agrees byte for byte",
  ),
  async fn() {
    for (const binding of uniqueBindings()) {
      await using server = run("server", binding);
      await server.says("ready");
      using client = await connectRpc(binding, SHAPES);
      const echoed = pattern(1 << 20);
      assertEquals(await call(client, ECHO, [1 << 20, echoed]), [
        1 << 20,
        echoed,
        0,
      ]);
      assertEquals(await call(client, NUMBERS, NUMBERS_SENT), [
        -0x123456789abcdf0n,
        -2,
        4.5,
      ]);
      assertEquals(await call(client, STRINGS, STRINGS_SENT), [
        { text: "wide 中wide 中" },
        661,
      ]);
      assertEquals(await call(client, ARRAYS, ARRAYS_SENT), [6470n]);
      assertEquals(await call(client, STRUCTS, STRUCTS_SENT), [{
        ...BACK,
        paint: "red",
        place: { x: 7, y: 8n },
      }]);
      assertEquals(await call(client, SUM, SUM_SENT), [106]);
      await server.says(
        "numbers 1 200 -3 -1000 -81985529216486895 1.5 x 2.25 20013 4000000000",
      );
      await server.says("structs 5 2 [0 -7 -] [6 -1 last]");
    }
  },
});
