// deno-lint-ignore-file no-console
// Controls mpv by its JSON IPC: one line of JSON for each message, with events
// in between.
//
//   mpv --idle --input-ipc-server=\\.\pipe\mpv
//   deno run --allow-ffi=C:\Windows\System32\kernel32.dll examples/recipes/mpv.ts [NAME] [VOLUME]
//
// In a project of your own: import { connectPipe } from "jsr:@winipc/winipc";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { connectPipe } from "../../mod.ts";

const [name = "mpv", volume = "50"] = Deno.args;
const asked: PromiseWithResolvers<unknown>[] = [];

await using mpv = await connectPipe(name, { waitForPeer: true });
const input = Readable.fromWeb(mpv.readable);
createInterface({ input }).on("line", (line) => {
  const { event, request_id: id, error, data } = JSON.parse(line);
  if (event !== undefined) console.log(`event ${event}`);
  else if (error === "success") asked[id]?.resolve(data);
  else asked[id]?.reject(new Error(`mpv: ${error}`));
});

async function command(...words: unknown[]): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  const line = JSON.stringify({ command: words, request_id: asked.length });
  asked.push(answer);
  await mpv.write(new TextEncoder().encode(`${line}\n`));
  return await answer.promise;
}

console.log(await command("get_property", "mpv-version"));
await command("set_property", "volume", Number(volume));
console.log(await command("get_property", "volume"));
input.destroy();
