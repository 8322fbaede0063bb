// A server: server.ts [--remote] UUID BINDING... Says "ready" with its bindings, and
// then how many handles it has at rest for each line that it is told. Ends when stdin
// does, and like a crash when it is told "crash".
import { ndr, RpcFault, serveRpc } from "../../../lib/rpc/mod.ts";
import { ownHandles } from "../../support/handles.ts";
import { crash, readLine, say } from "../../support/peer_side.ts";

const remote = Deno.args[0] === "--remote";
const [uuid, ...bindings] = Deno.args.slice(remote ? 1 : 0) as [
  string,
  ...string[],
];
let waiting: (() => void)[] = [];
let held = Promise.withResolvers<void>();

await using server = await serveRpc({
  bindings,
  remote,
  interfaces: [
    {
      uuid,
      version: "2.3",
      procedures: {
        0: (bytes) => bytes,
        1: () => {
          throw new TypeError("no good 中");
        },
        2: () => Promise.reject(new RpcFault(5)),
        3: () => {
          throw new RpcFault(0x2000_0007);
        },
        4: () => "text" as unknown as Uint8Array,
        // Answers none before 64 have come.
        5: async (bytes) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          waiting.push(resolve);
          if (waiting.length === 64) {
            for (const go of waiting) go();
            waiting = [];
          }
          await promise;
          return bytes;
        },
        6: (_bytes, { caller }) =>
          new TextEncoder().encode(JSON.stringify(caller)),
        // Never answers.
        7: () => {
          say("handling");
          return Promise.withResolvers<Uint8Array>().promise;
        },
        // Answers when it is told "release".
        10: async (bytes) => {
          say("holding");
          await held.promise;
          return bytes;
        },
        // Upper case of one string, for whoever sends one.
        9: (bytes) => {
          const [text] = ndr.decode([ndr.wideString], bytes);
          return ndr.encode([ndr.wideString], [text.toUpperCase()]);
        },
        20: () => new Uint8Array([20]),
      },
    },
    {
      uuid: uuid.replace(/^........./, "00000000-"),
      procedures: [() => new Uint8Array([1])],
    },
  ],
});
say(`ready ${server.bindings.join(" ")}`);
const handles = ownHandles();
for (let line; (line = await readLine()) !== undefined;) {
  if (line === "crash") crash();
  if (line === "release") {
    held.resolve();
    held = Promise.withResolvers();
  }
  say(await handles());
}
