// deno-lint-ignore-file no-console
// All of processes and anonymous pipes, with the right to open kernel32.dll and no other.
import {
  createAnonymousPipe,
  createEvent,
  handleValue,
  inheritedHandle,
  spawn,
  waitFor,
} from "../../../mod.ts";
import { bytes, text } from "../../support/names.ts";

const said: string[] = [];
using pipe = createAnonymousPipe({ inheritable: "write" });
using event = createEvent(null, { set: true });
await using child = spawn("cmd.exe", {
  args: ["/d", "/c", "set /p line=& call echo %^line% %TOLD%& exit 4"],
  windowsRawArguments: true,
  env: { TOLD: event },
  stdin: "pipe",
  stdout: pipe.write,
  stderr: "null",
  endWithParent: true,
});
await child.stdin.write(bytes("heard\r\n"));
const answer = await new Response(pipe.read.readable).text();
said.push(answer.trim().replace(String(handleValue(event)), "N"));
said.push(String((await child.status).code));

const abort = new AbortController();
const { signal } = abort;
const waiting = spawn("cmd.exe", {
  args: ["/k"],
  stdin: "pipe",
  stdout: "null",
  signal,
});
abort.abort();
said.push(String((await waiting.status).code));
waiting.close();

using both = createAnonymousPipe({ inheritable: "both" });
const read = both.read.read(new Uint8Array(9), { timeout: 1 });
await read.catch((error) => said.push(error.name));
await both.write.write(bytes("blocking"));
const buffer = new Uint8Array(9);
said.push(text(buffer.subarray(0, (await both.read.read(buffer))!)));

// What a child does with the number, done here.
const taken = inheritedHandle(handleValue(event), "event");
await waitFor(taken, { timeout: 0 });
said.push("taken over");
console.log(said.join(", "));
