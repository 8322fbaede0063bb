// deno-lint-ignore-file no-console
// Lists the named objects whose names match, with their kinds: a name that a
// program says is "already taken" may belong to an object of another kind.
//
//   deno run -A examples/list_objects.ts [PATTERN]
//
// In a project of your own: import { listObjects } from "jsr:@winipc/winipc";
import { listObjects } from "../mod.ts";

const [pattern = "*"] = Deno.args;
const { objects, unlisted } = listObjects({ pattern });

for (const { kind, name, target } of objects) {
  console.log(kind, name, ...target === undefined ? [] : [`-> ${target}`]);
}
for (const { folder, error } of unlisted) {
  console.error(`The folder "${folder}" is not listed: ${error.message}`);
}
