import { assertEquals, assertRejects } from "@std/assert";
import { connectDde, serveDde } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startNode, testWith } from "../support/partners.ts";
import type { Peer } from "../support/peer.ts";

const nodeTest = testWith("node", "koffi");

/** Another program, in another language, on Windows' DDEML. */
function ddeml(...args: string[]): Peer {
  const script = new URL("./node/ddeml_peer.ts", import.meta.url);
  return startNode(script, args, ["--experimental-strip-types"]);
}

for (const [kind, format] of [["A", "CF_TEXT"], ["W", "CF_UNICODETEXT"]]) {
  nodeTest(`connectDde() talks to a server on DDEML, ${format}`, async () => {
    const service = uniqueName("dde");
    await using server = ddeml("serve", kind!, service);
    await server.says("ready");
    await assertRejects(
      () => connectDde(service, "other"),
      Deno.errors.NotFound,
    );
    await using talk = await connectDde(service, "topic");

    const greeting = await talk.request("greeting");
    assertEquals([greeting.format, greeting.text], [format, "ünï"]);
    await assertRejects(
      () => talk.request("nothing"),
      Deno.errors.PermissionDenied,
    );

    await using advice = await talk.advise("greeting");
    await talk.poke("greeting", "grüß");
    await server.says("poke greeting grüß");
    assertEquals((await advice.receive()).data?.text, "grüß");
    assertEquals((await talk.request("greeting")).text, "grüß");
    await assertRejects(() => talk.poke("x", "busy"), Deno.errors.Busy);
    await server.says("poke x busy");
    await assertRejects(
      () => talk.poke("x", "no"),
      Deno.errors.PermissionDenied,
    );
    await server.says("poke x no");

    await talk.execute("[Open(ünï)]");
    await server.says("execute [Open(ünï)]");
    await assertRejects(() => talk.execute("busy"), Deno.errors.Busy);
    await server.says("execute busy");
    await assertRejects(
      () => talk.execute("no"),
      Deno.errors.PermissionDenied,
    );
    await server.says("execute no");
    await advice[Symbol.asyncDispose]();
    await server.says("stop greeting");

    const pending = assertRejects(
      () => talk.request("greeting", { format: "CF_LOCALE", timeout: 20_000 }),
    );
    await pending;
    await server.kill();
    await assertRejects(
      () => talk.request("greeting"),
      Deno.errors.BrokenPipe,
    );
  });

  nodeTest(`serveDde() serves a client on DDEML, ${format}`, async () => {
    const service = uniqueName("dde");
    const left = Promise.withResolvers<string>();
    const received: string[] = [];
    await using server = serveDde(service, {
      topics: {
        topic: {
          items: {
            greeting: { value: "ünï", poke: true },
            picky: {
              value: "-",
              poke: ({ text, format }) => {
                received.push(`${format} ${text}`);
                if (text === "busy") throw new Deno.errors.Busy("busy");
                return text !== "no";
              },
            },
          },
          execute({ command }) {
            received.push(command);
            if (command === "busy") throw new Deno.errors.Busy("busy");
            return command !== "no";
          },
        },
      },
      onDisconnect: ({ topic }) => left.resolve(topic),
    });
    await using client = ddeml(
      "ask",
      kind!,
      service,
      "topic",
      "request:greeting",
      "request:nothing",
      "poke:picky=yes ü",
      "execute:[Open(ünï)]",
      "execute:busy",
      "execute:no",
      "advise:greeting",
      "advise:nothing",
      "advised",
    );
    await client.says("connected");
    for (const said of ["ünï", "refused", "done", "done", "busy", "refused"]) {
      await client.says(said);
    }
    await client.says("watching");
    await client.says("refused");
    assertEquals(server.publish("topic", "greeting", "grüß"), 1);
    await client.says("greeting grüß");
    assertEquals(received, [`${format} yes ü`, "[Open(ünï)]", "busy", "no"]);
    assertEquals(await left.promise, "topic");
    assertEquals((await client.ended()).code, 0);
    assertEquals(server.clients.length, 0);
  });
}
