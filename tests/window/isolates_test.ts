import { assertEquals } from "@std/assert";
import { listenMessages, sendCopyData } from "../../mod.ts";
import { bytes, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { runArgs } from "../support/deno.ts";

const at = (path: string) => new URL(path, import.meta.url);

/** Sends from another process, and gives the answer. */
async function answerOf(title: string): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: runArgs(at("./peers/sending.ts"), [title]),
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("a program and its Workers have windows of the same class", async () => {
  const [own, other] = [uniqueName(), uniqueName()];
  const worker = new Worker(at("./peers/listening_worker.ts"), {
    type: "module",
  });
  const nextMessage = () =>
    new Promise((resolve) =>
      worker.addEventListener("message", ({ data }) => resolve(data), {
        once: true,
      })
    );
  try {
    const listens = nextMessage();
    worker.postMessage(other);
    assertEquals(await listens, "listens");
    await using listener = listenMessages(
      { title: own, className: "both" },
      () => 5,
    );
    assertEquals(await answerOf(own), "5");
    assertEquals(await answerOf(other), "7");
    assertEquals(await sendCopyData(other, bytes("within")), 7);
    // The class stays for the windows that are left.
    await listener[Symbol.asyncDispose]();
    assertEquals(await answerOf(other), "7");
    const ended = nextMessage();
    worker.postMessage("end");
    assertEquals(await ended, "has ended");
  } finally {
    worker.terminate();
  }
  await using again = listenMessages(
    { title: own, className: "both" },
    () => 9,
  );
  assertEquals([await answerOf(own), again.className], ["9", "both"]);
});
