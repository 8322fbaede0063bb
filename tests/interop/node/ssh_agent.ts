// ssh2's agent of SSH keys on a pipe, and its client: ssh_agent.ts ask|serve PATH
import { Buffer } from "node:buffer";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { args, load, say, stay } from "./packages.ts";

const { AgentProtocol, createAgent, utils } = load("ssh2");
const [role, path] = args;

if (role === "ask") {
  const agent = createAgent(path);
  const [key] = await promisify(agent.getIdentities.bind(agent))();
  say(`${key.type} ${key.comment}`);
  const data = Buffer.from("sign this, 中文");
  const signature = await promisify(agent.sign.bind(agent))(key, data, {});
  say(String(key.verify(data, signature)));
} else {
  const pair = utils.generateKeyPairSync("ed25519", { comment: "from Node" });
  const key = utils.parseKey(pair.private);
  const server = createServer((socket) => {
    const protocol = new AgentProtocol(false);
    protocol.on("identities", (request: unknown) => {
      protocol.getIdentitiesReply(request, [key]);
    });
    protocol.on("sign", (request: unknown, _key: unknown, data: Uint8Array) => {
      protocol.signReply(request, key.sign(data));
    });
    socket.pipe(protocol).pipe(socket);
    socket.on("close", () => say("closed"));
  });
  server.listen(path, () => say("ready"));
  stay();
}
