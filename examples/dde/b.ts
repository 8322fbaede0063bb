// deno-lint-ignore-file no-console
// Process B: requests a price from A, pokes another one, and watches the first
// until A ends.
//
//   deno run -A examples/dde/b.ts [SERVICE]
//
// In a project of your own: import { connectDde } from "jsr:@winipc/winipc";
import { connectDde } from "../../mod.ts";

const [service = "shop"] = Deno.args;

await using shop = await connectDde(service, "prices", { waitForPeer: true });
console.log((await shop.request("apple")).text);
await shop.poke("pear", "0.95");
console.log((await shop.request("pear")).text);
await shop.execute("[Count]");

const changes = await shop.advise("apple");
console.error("ready: apple");
try {
  for await (const { item, data } of changes) {
    console.log(`${item} ${data?.text}`);
  }
} catch (error) {
  if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  console.log("the shop has closed");
}
