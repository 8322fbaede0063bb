// deno-lint-ignore-file no-console
// Serves DDE, and asks itself; or says why it cannot. Then it ends by itself.
import { connectDde, serveDde } from "../../../mod.ts";

try {
  const service = `winipc-permissions-${crypto.randomUUID()}`;
  const topics = { topic: { items: { item: "hi" } } };
  serveDde(service, { topics }).unref();
  const talk = await connectDde(service, "topic");
  console.log((await talk.request("item")).text);
} catch (error) {
  const { name, message } = error as Error;
  console.log(`${name}: ${message}`);
}
