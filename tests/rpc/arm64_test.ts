import { assertEquals } from "@std/assert";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";
import { uniqueBindings, uniqueUuid } from "./helpers.ts";

const SERVER = new URL("./peers/server.ts", import.meta.url);
const ARM64 = new URL("./peers/arm64.ts", import.meta.url);

for (
  const [index, protocol] of ["ncalrpc", "ncacn_np", "ncacn_ip_tcp"].entries()
) {
  Deno.test(`an ARM64 build of Deno calls by ${protocol} without generated code, and says that it cannot serve`, async () => {
    const uuid = uniqueUuid();
    const binding = uniqueBindings()[index]!;
    await using server = startScript(SERVER, [uuid, binding]);
    await server.says(`ready ${binding}`);
    await using client = startScript(ARM64, [uuid, binding]);
    await client.says(
      "NotSupported: Cannot serve RPC: it needs the x64 build of Deno, and this is aarch64; " +
        "use that build, which Windows on ARM64 runs, too",
    );
    const lengths = Array.from({ length: 50 }, (_, i) => i * 1000);
    await client.says(`echoed ${lengths.join()}`);
    await client.says("unchanged true");
    await client.says("PermissionDenied");
    await client.says("TimeoutError");
    await client.says("enough");
    await client.says("on 7");
    await client.says("NotSupported");
    await client.says("allocated 0");
    // What was given up waits for the server, and ends with it: both calls, of
    // which the server may see the second one late.
    for (let i = 0; i < 2; i++) await server.says("holding");
    await server.send("release");
    assertEquals((await client.ended()).code, 0);
  });
}
