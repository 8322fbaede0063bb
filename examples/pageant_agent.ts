// deno-lint-ignore-file no-console
// An SSH agent for PuTTY's programs. They send the name of a section by
// WM_COPYDATA; the section contains the request, and then the answer. This
// agent lists the keys of a file of public keys, and signs nothing.
//
//   deno run -A examples/pageant_agent.ts KEYS.pub [TITLE]
//
// In a project of your own:
//   import { listenMessages, openSharedMemory } from "jsr:@winipc/winipc";
import { listenMessages, openSharedMemory } from "../mod.ts";

const AGENT_COPYDATA_ID = 0x804e50ba;
const [FAILURE, REQUEST_IDENTITIES, IDENTITIES_ANSWER] = [5, 11, 12];

const [file, title = "Pageant"] = Deno.args as [string, string?];
const keys = (await Deno.readTextFile(file)).split(/\r?\n/)
  .map((line) => line.trim().split(/\s+/)).filter(([, key]) => key);

const window = { title, className: title };
const listener = listenMessages(window, ({ tag, bytes }) => {
  if (tag !== AGENT_COPYDATA_ID) return 0;
  const [name] = new TextDecoder("windows-1252").decode(bytes).split("\0");
  using memory = openSharedMemory(name!);
  const [kind] = memory.read(4, 1);
  memory.write(string(kind === REQUEST_IDENTITIES ? identities() : [FAILURE]));
  return 1;
});
console.error(`ready: ${listener.title}`);

function identities(): number[] {
  const each = keys.flatMap(([, key, ...comment]) => [
    ...string(Uint8Array.fromBase64(key!)),
    ...string(new TextEncoder().encode(comment.join(" "))),
  ]);
  return [IDENTITIES_ANSWER, ...uint32(keys.length), ...each];
}

/** Bytes after their length, in SSH's format. */
function string(bytes: ArrayLike<number>): Uint8Array {
  return Uint8Array.of(...uint32(bytes.length), ...Array.from(bytes));
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
