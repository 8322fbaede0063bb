// undici's client of HTTP on a pipe: undici.ts PATH
import { args, load, say } from "./packages.ts";

const { Agent, Client, WebSocket } = load("undici");
const client = new Client("http://localhost", { socketPath: args[0] });

const got = await client.request({ path: "/hello", method: "GET" });
say(`${got.statusCode} ${await got.body.text()}`);

const body = "ünï 中文".repeat(20_000);
const posted = await client.request({ path: "/echo", method: "POST", body });
say(String(await posted.body.text() === body));

// It leaves in the middle of an answer that has no end.
const endless = await client.request({ path: "/endless", method: "GET" });
for await (const chunk of endless.body) {
  say(String(chunk));
  break;
}
const after = await client.request({ path: "/hello", method: "GET" });
say(`${after.statusCode} ${await after.body.text()}`);
await client.close();

// Its WebSocket, on a pipe of its own.
const dispatcher = new Agent({ connect: { socketPath: args[0] } });
const socket = new WebSocket("ws://localhost/chat", {
  dispatcher,
  protocols: ["other", "chat"],
});
socket.binaryType = "arraybuffer";
await new Promise((resolve) => socket.onopen = resolve);
say(`open ${socket.protocol}`);
for (const sent of ["ünï 中文", new Uint8Array(100_000).fill(7)]) {
  socket.send(sent);
  // deno-lint-ignore no-explicit-any
  const { data } = await new Promise<any>((resolve) =>
    socket.onmessage = resolve
  );
  say(typeof data === "string" ? data : `${data.byteLength}`);
}
socket.close(4000, "enough");
// deno-lint-ignore no-explicit-any
const { code, reason, wasClean } = await new Promise<any>((resolve) =>
  socket.onclose = resolve
);
say(`${code} ${reason} ${wasClean}`);
await dispatcher.close();
