// deno-lint-ignore-file no-console
// Asks a language server on a pipe what it shows for a position in a file. Such
// a server, with one process for each client:
//
//   winipc relay pipe-listen:ts "exec:tsgo.exe --lsp --stdio"
//
//   deno run --allow-read --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/language_client.ts PIPE FILE LINE COLUMN
//
// In a project of your own:
//   import { connectPipe, FramedConnection } from "jsr:@winipc/winipc";
import { pathToFileURL } from "node:url";
import { connectPipe, FramedConnection } from "../../mod.ts";

const [pipe = "ts", file = "", line, character] = Deno.args;
const uri = pathToFileURL(file).href;
const text = await Deno.readTextFile(file);

await using connection = await connectPipe(pipe);
const rpc = new FramedConnection(connection, "content-length");
let lastId = 0;

const nothing = { processId: null, rootUri: null, capabilities: {} };
await request("initialize", nothing);
await send({ method: "initialized", params: {} });
const textDocument = { uri, languageId: "typescript", version: 1, text };
await send({ method: "textDocument/didOpen", params: { textDocument } });
const position = { line: Number(line) - 1, character: Number(character) - 1 };
const hover = await request("textDocument/hover", {
  textDocument: { uri },
  position,
});
console.log(JSON.stringify(hover));

async function send(message: Record<string, unknown>): Promise<void> {
  await rpc.writeJson({ jsonrpc: "2.0", ...message });
}

/** Asks, and answers with null what the server asks meanwhile. */
async function request(method: string, params: unknown): Promise<unknown> {
  const id = ++lastId;
  await send({ id, method, params });
  for (;;) {
    // deno-lint-ignore no-explicit-any
    const message = await rpc.readJson({ timeout: 60_000 }) as any;
    if (message === undefined) throw new Error("The server has left");
    if (message.method !== undefined) {
      if (message.id !== undefined) {
        await send({ id: message.id, result: null });
      }
    } else if (message.id === id) {
      if (message.error) throw new Error(message.error.message);
      return message.result;
    }
  }
}
