// deno-lint-ignore-file no-console
// Says for each use of UDP whether its permission suffices.
import { connectSocket, listenSocket } from "../../../mod.ts";

const udp = { transport: "udp" } as const;
const uses = [
  async () => (await listenSocket(0, udp)).close(),
  async () => {
    await using client = await connectSocket(9, udp);
    await client.write(new Uint8Array(1));
  },
];
const said: string[] = [];
for (const use of uses) {
  said.push(await use().then(() => "done", (error) => error.name));
}
console.log(said.join(", "));
