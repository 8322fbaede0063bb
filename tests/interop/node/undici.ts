// undici's client of HTTP on a pipe: undici.ts PATH
import { args, load, say } from "./packages.ts";

const { Client } = load("undici");
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
