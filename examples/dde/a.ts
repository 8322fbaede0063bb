// deno-lint-ignore-file no-console
// Process A: serves the prices of a shop by DDE. Each line "ITEM=PRICE" of
// stdin changes one, and updates all clients that watch it.
//
//   deno run -A examples/dde/a.ts [SERVICE]
//
// In a project of your own: import { serveDde } from "jsr:@winipc/winipc";
import process from "node:process";
import { createInterface } from "node:readline";
import { serveDde } from "../../mod.ts";

const [service = "shop"] = Deno.args;

using server = serveDde(service, {
  topics: {
    prices: {
      items: { apple: "1.20", pear: { value: "0.90", poke: true } },
      execute({ command }) {
        console.log(`received ${command}`);
        return command === "[Count]";
      },
    },
  },
});
console.error(`ready: ${server.service}`);

for await (const line of createInterface({ input: process.stdin })) {
  const [item = "", price = ""] = line.split("=");
  if (item === "Exit") break;
  server.publish("prices", item, price);
}
