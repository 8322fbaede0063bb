// deno-lint-ignore-file no-console
// Reads a cell of an open workbook by DDE, writes another one, and prints the
// next changes of the first. Excel's topics are "[Book]Sheet", its items cells
// in R1C1 form, in the language of its user interface.
//
//   deno run -A examples/recipes/excel.ts "[Book1]Sheet1" [SERVICE] [CHANGES]
//
// In a project of your own: import { connectDde } from "jsr:@winipc/winipc";
import { connectDde } from "../../mod.ts";

const [topic = "[Book1]Sheet1", service = "Excel", changes = "3"] = Deno.args;

await using sheet = await connectDde(service, topic);
console.log((await sheet.request("R1C1")).text);
await sheet.poke("R2C1", "from Deno");

await using cell = await sheet.advise("R1C1");
console.error("ready: R1C1");
for (let left = Number(changes); left > 0; left--) {
  console.log((await cell.receive()).data?.text);
}
