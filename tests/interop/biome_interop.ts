/** biome, a linter in Rust whose server listens on a pipe of tokio. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { connectPipe } from "../../mod.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { Peer } from "../support/peer.ts";
import { JsonRpc } from "./frames.ts";

testWith("biome")(
  "connectPipe() talks to biome's server, and hears its end",
  async () => {
    const biome = pathOfPartner("biome")!;
    await using asking = new Peer(biome, ["__print_socket"]);
    const name = await asking.line();
    await using server = new Peer(biome, ["__run_server"]);
    const wait = { waitForListener: true, timeout: 60_000 };
    {
      // One leaves without a word, which the server survives.
      await using _first = await connectPipe(name, wait);
    }
    await using connection = await connectPipe(name, wait);
    const rpc = new JsonRpc(connection);
    const nothing = { processId: null, rootUri: null, capabilities: {} };
    const answer = JSON.stringify(await rpc.request("initialize", nothing));
    assertStringIncludes(answer, '"biome_lsp"');
    assertEquals(await rpc.request("shutdown", undefined), null);
    await server.kill();
    assertEquals(await rpc.over(), true);
  },
);
