/** Node for Windows between pipes of Linux: `echo x | deno task wine node.exe x.js | cat`. */

import { assertEquals } from "@std/assert";
import { toWindowsPath } from "../../../lib/wine/paths.ts";
import { finish, startMain, tempFolder } from "../../support/linux.ts";
import { pathOfPartner, testWith } from "../../support/partners.ts";

const UPPER_CASE = `process.stdin.setEncoding("utf8")
  .on("data", (text) => process.stdout.write(text.toUpperCase()))
  .on("end", () => console.error(process.argv.at(-1)));
process.exitCode = 3;`;

testWith("node")("Node's streams are pipes of Linux", async () => {
  await using folder = await tempFolder();
  const script = `${folder.path}/upper_case.js`;
  await Deno.writeTextFile(script, UPPER_CASE);
  const command = [pathOfPartner("node")!, toWindowsPath(script), 'é "q"'];
  const ended = await finish(startMain(["wine", ...command]), "over\nhere");
  assertEquals(ended, { code: 3, stdout: "OVER\nHERE", stderr: 'é "q"\n' });
});
