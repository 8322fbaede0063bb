import { assertEquals, assertStringIncludes } from "@std/assert";
import { listenMessages, sendCopyData } from "../../lib/copy_data/mod.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { startScript } from "../support/peer.ts";

const SCRIPT = new URL("./peers/ending.ts", import.meta.url);
/** The time limit of all that could end by itself: the program waits for none of it. */
const LIMIT_MS = 60_000;

/** How a program ends after it was ready, or handling. */
async function ending(
  form: string,
  handling: boolean,
): Promise<{ code: number; stderr: string }> {
  const title = uniqueName();
  const home = `${title}.home`;
  const over = Promise.withResolvers<boolean>();
  const come = Promise.withResolvers<void>();
  const answerTimeout = LIMIT_MS;
  await using _home = listenMessages(
    { title: home, answerTimeout },
    ({ tag }) => {
      if (tag === 0) return true;
      come.resolve();
      return over.promise;
    },
  );
  await using peer = startScript(SCRIPT, [title, form]);
  come.promise.then(() => peer.send("has come"));
  await peer.says("ready");
  const began = performance.now();
  const sending = handling
    ? sendCopyData(title, new Uint8Array(1), { timeout: LIMIT_MS })
    : undefined;
  sending?.catch(() => {});
  if (handling) await peer.says("handling");
  const { code, stderr } = await peer.ended();
  const took = performance.now() - began;
  await sending?.catch(() => {});
  over.resolve(true);
  assertEquals(took < LIMIT_MS, true, `${form} took ${took} ms`);
  return { code, stderr };
}

for (
  const [form, code] of Object.entries({
    "normal": 0,
    "closed": 0,
    "throw": 1,
    "reject": 1,
    "exit": 7,
    "normal after many": 0,
    "throw after many": 1,
    "exit after many": 7,
    "normal while handling": 0,
    "throw while handling": 1,
    "exit while handling": 7,
    "throw while sending": 1,
    "exit while sending": 7,
  })
) {
  Deno.test(`a program with a window ends: ${form}`, async () => {
    const handling = form.endsWith("while handling");
    const ended = await ending(form, handling);
    assertEquals(ended.code, code, ended.stderr);
    if (code === 1) assertStringIncludes(ended.stderr, "on purpose");
  });
}
