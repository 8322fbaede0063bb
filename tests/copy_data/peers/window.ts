// A window that answers: window.ts TITLE KIND [OTHER]. Says what it handles.
import { listenMessages, sendCopyData } from "../../../lib/copy_data/mod.ts";
import { readLine, say } from "../../support/peer_side.ts";

const [title, kind, other] = Deno.args as [string, string, string];
const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });

switch (kind) {
  case "echo":
    // Answers with the tag, and says the text.
    listenMessages({ title }, ({ tag, bytes }) => {
      say(`${tag} ${decoder.decode(bytes)}`);
      return tag;
    });
    break;
  case "size":
    listenMessages({ title }, ({ bytes }) => bytes.byteLength);
    break;
  case "nest":
    // Sends on to the other window, one less, and adds one to its answer.
    listenMessages({ title, answerTimeout: 60_000 }, async ({ tag }) => {
      if (tag === 0) return 1;
      const options = { tag: tag - 1, timeout: 60_000 };
      return 1 + await sendCopyData(other, new Uint8Array(9), options);
    });
    break;
  case "silent":
    // Never answers.
    listenMessages({ title, answerTimeout: 60_000 }, () => {
      say("handling");
      return Promise.withResolvers<boolean>().promise;
    });
    break;
  case "late":
    // Answers at once; by the tag 1 it sends three messages before, and is told when.
    listenMessages({ title, answerTimeout: 60_000 }, async ({ tag }) => {
      if (tag === 0) return 1;
      for (const size of [0, 1, 786_432]) {
        await sendCopyData(other, new Uint8Array(size));
      }
      say("sent");
      await readLine();
      return 7;
    });
    break;
  case "closes": {
    // Closes the other window, and answers when it is told to.
    const another = listenMessages({ title: other }, () => 2);
    listenMessages({ title, answerTimeout: 60_000 }, async () => {
      another.close();
      say("closed");
      await readLine();
      return 1;
    });
    break;
  }
  case "count": {
    // Sends 10,000 and takes as many, in order.
    const listener = listenMessages({ title });
    say("ready");
    const count = Number(await readLine());
    const sending = send(count);
    for (let i = 0; i < count; i++) {
      const { bytes } = await listener.receive();
      const got = new DataView(bytes.buffer).getUint32(0, true);
      if (got !== i) throw new Error(`${got} came instead of ${i}`);
    }
    await sending;
    say("all");
    listener.close();
  }
}
if (kind !== "count") say("ready");

async function send(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const data = new Uint8Array(64);
    new DataView(data.buffer).setUint32(0, i, true);
    await sendCopyData(other, data, { waitForPeer: true });
  }
}
