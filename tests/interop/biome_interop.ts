/** biome, a linter in Rust whose server listens on a pipe of tokio. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { connectPipe, spawn } from "../../mod.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { JsonRpc } from "./json_rpc.ts";

testWith("biome")(
  "connectPipe() talks to biome's server, and hears its end",
  async () => {
    const file = await Deno.makeTempFile({ prefix: "winipc-biome-" });
    // The server stays, with what it inherits: so it gets no pipe, and a job.
    const print = `"${pathOfPartner("biome")}" __print_socket > "${file}"`;
    using starting = spawn("cmd.exe", {
      args: ["/d", "/s", "/c", `"${print}"`],
      windowsRawArguments: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      endWithParent: true,
    });
    assertEquals((await starting.status).code, 0);
    const name = (await Deno.readTextFile(file)).trim();
    const wait = { waitForPeer: true, timeout: 60_000 };
    await using connection = await connectPipe(name, wait);
    {
      // Another leaves without a word, which the server survives.
      await using _other = await connectPipe(name, wait);
    }
    const rpc = new JsonRpc(connection);
    const nothing = { processId: null, rootUri: null, capabilities: {} };
    const answer = JSON.stringify(await rpc.request("initialize", nothing));
    assertStringIncludes(answer, '"biome_lsp"');
    starting.close();
    assertEquals(await rpc.receive(), undefined);
    await Deno.remove(file);
  },
);
