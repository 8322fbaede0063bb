// discord-rpc, by which games set the activity of Discord's user:
// discord_rpc.ts PREFIX. It looks for Discord at PREFIX-0 to PREFIX-9, since a
// real one may have its own names.
import net from "node:net";
import { args, load, say, stay } from "./packages.ts";

const connect = net.createConnection as (...args: unknown[]) => net.Socket;
(net as { createConnection: unknown }).createConnection = (
  path: string,
  ...rest: unknown[]
) => connect(path.replace("discord-ipc", args[0]!), ...rest);

const { Client } = load("discord-rpc");
const client = new Client({ transport: "ipc" });
client.on("disconnected", () => say("disconnected"));
await client.login({ clientId: "207646673902501888" });
say(client.user.username);
const { details } = await client.setActivity({ details: "Testing ünï" });
say(details);
await client.setActivity({ details: "refuse" }).catch((error: Error) =>
  say(error.message)
);
stay();
