/** TypeScript's language server in Go, behind a relay. */

import { assertStringIncludes } from "@std/assert";
import { connectPipe } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { started } from "../relay/helpers.ts";
import { startScript } from "../support/peer.ts";
import { SYSTEM32 } from "../support/system32.ts";
import { JsonRpc } from "./json_rpc.ts";

const RECIPE = new URL(
  "../../examples/recipes/language_client.ts",
  import.meta.url,
);
const text = "/** Grüße, 中文 */\nexport const answer: number = 42;\nanswer;\n";
const uri = "file:///c:/winipc-test/a.ts";

/** What hovering over `answer` shows. */
async function hover(rpc: JsonRpc): Promise<string> {
  const nothing = { processId: null, rootUri: null, capabilities: {} };
  await rpc.request("initialize", nothing);
  await rpc.send({ method: "initialized", params: {} });
  const textDocument = { uri, languageId: "typescript", version: 1, text };
  await rpc.send({ method: "textDocument/didOpen", params: { textDocument } });
  const position = { line: 2, character: 2 };
  const params = { textDocument: { uri }, position };
  return JSON.stringify(await rpc.request("textDocument/hover", params));
}

testWith("tsgo")(
  "relay() gives each client of a pipe a language server, written in Go",
  async () => {
    const name = uniqueName();
    const command = `exec:"${pathOfPartner("tsgo")}" --lsp --stdio`;
    await using _running = await started(`pipe-listen:${name}`, command);
    // Each leaves its server in the middle of the session.
    await using connection = await connectPipe(name);
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(file, text);
    await using recipe = startScript(RECIPE, [name, file, "3", "3"], [
      `--allow-read=${file}`,
      `--allow-ffi=${SYSTEM32}\\kernel32.dll`,
    ]);
    for (
      const shown of [await hover(new JsonRpc(connection)), await recipe.line()]
    ) {
      assertStringIncludes(shown, "const answer: number");
      assertStringIncludes(shown, "Grüße, 中文");
    }
    await Deno.remove(file);
  },
);
