/** Bad input of commands, which nothing is opened for. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { freePort, uniqueUuid } from "../rpc/helpers.ts";
import { uniqueName } from "./helpers.ts";
import { runHere } from "./run_here.ts";

Deno.test("commands refuse bad arguments before they look for their partner", async () => {
  const name = uniqueName();
  const rpc = ["rpc", "call", `ncalrpc:[${name}]`, "--interface", uniqueUuid()];
  const hex = ["--hex", "zz"];
  const item = ["dde", "request", name, "topic"];
  // Nobody is there, which exit code 3 would say.
  const wrong: [string[], string][] = [
    [["mailslot", "write", name, "--timeout", "0", ...hex], "Invalid hex"],
    [["pipe", "connect", name, ...hex], "Invalid hex"],
    [["socket", "connect", `${freePort()}`, ...hex], "Invalid hex"],
    [["message", "send", "--title", name, ...hex], "Invalid hex"],
    [[...rpc, "--proc", "0", ...hex], "Invalid hex"],
    [[...rpc, "--proc", "32768", "data"], "0 to 32767"],
    [[...item, ""], "Invalid item"],
    [[...item, "#1"], "Invalid item"],
    [[...item, "x", "--format", "CF_BITMAP"], "Invalid format"],
    [["dde", "advise", name, "topic", "#"], "Invalid item"],
    [["dde", "poke", name, "topic", "", "1"], "Invalid item"],
    [
      ["dde", "poke", name, "topic", "x", "--format", "F", ...hex],
      "Invalid hex",
    ],
    [["dde", "execute", name, "topic", ...hex], "Invalid hex"],
    [["dde", "execute", name, "topic", ""], "Invalid COMMAND"],
    [["dde", "execute", name, "topic", "--hex", " "], "Invalid COMMAND"],
    [["relay", "tcp-listen:0", "nats:a@h:99999"], "Invalid server"],
  ];
  for (const [args, fact] of wrong) {
    const { code, stderr } = await runHere(args);
    assertEquals(code, 2, args.join(" "));
    assertStringIncludes(stderr, fact);
  }
});
