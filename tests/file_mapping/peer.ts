/** The other process of the tests of file mapping: changes a file. */

import { mapFile } from "../../lib/file_mapping/mod.ts";
import { say, told } from "../helpers/peer_side.ts";
import { bytes, text } from "../helpers/names.ts";

const [path = "", offset = "0"] = Deno.args;
using mapping = mapFile(path, {
  access: "read-write",
  offset: Number(offset),
});
say("ready");
for (let line = await told(); line !== undefined; line = await told()) {
  const [verb, value] = line.split(" ");
  if (verb === "write") mapping.write(bytes(value!));
  if (verb === "read") say(read(Number(value)));
  if (verb === "end") break;
  if (verb === "truncate") {
    try {
      Deno.truncateSync(path, Number(value));
      say("shortened");
    } catch (error) {
      say((error as Error).message);
    }
  }
  if (verb === "write") say("done");
}

/** The beginning of the file, or why it cannot be read. */
function read(length: number): string {
  try {
    return text(mapping.read(0, length));
  } catch (error) {
    return (error as Error).message;
  }
}
