/** TypeScript's language server in Go, behind a relay. */

import { assertStringIncludes } from "@std/assert";
import { connectPipe } from "../../mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { started } from "../relay/helpers.ts";
import { JsonRpc } from "./frames.ts";

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
    for (let i = 0; i < 2; i++) {
      await using connection = await connectPipe(name);
      const shown = await hover(new JsonRpc(connection));
      assertStringIncludes(shown, "const answer: number");
      assertStringIncludes(shown, "Grüße, 中文");
    }
  },
);
