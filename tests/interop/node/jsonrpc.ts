// vscode-jsonrpc, as VS Code and language servers have it, on a pipe:
// jsonrpc.ts connect|listen PATH
import { args, load, say, stay } from "./packages.ts";

const rpc = load("vscode-jsonrpc/node");
const [role, path] = args;
const listening = role === "listen"
  ? await rpc.createClientPipeTransport(path)
  : undefined;
if (listening !== undefined) say("ready");
const [reader, writer] = await listening?.onConnected() ??
  rpc.createServerPipeTransport(path);
const connection = rpc.createMessageConnection(reader, writer);
connection.onRequest("upper", (text: string) => text.toUpperCase());
connection.onNotification("note", (text: string) => say(`note ${text}`));
connection.onClose(() => say("closed"));
connection.listen();
say(await connection.sendRequest("greet", "ünï 中文"));
stay();
