/** Each mechanism can be imported alone: what it exports is what `mod.ts` exports. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import * as all from "../../mod.ts";

const ROOT = new URL("../../", import.meta.url);
/** How many modules an entrance loads at most; the relay reaches all mechanisms. */
const MAX_MODULES = 110;
const MAX_OF_RELAY = 230;
const entrances = Object.entries(config.exports)
  .filter(([name]) => ![".", "./cli"].includes(name));

/** The modules that a program loads with `path`. */
async function modulesOf(path: string): Promise<number> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-remote", fileURLToPath(new URL(path, ROOT))],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  return modules.length;
}

for (const [name, path] of entrances) {
  Deno.test(`${name} exports what mod.ts does, and loads no more than it needs`, async () => {
    const own: Record<string, unknown> = await import(new URL(path, ROOT).href);
    const names = Object.keys(own);
    assert(names.length > 0);
    for (const name of names) {
      assertEquals(own[name] === all[name as keyof typeof all], true, name);
    }
    assertLess(
      await modulesOf(path),
      name === "./relay" ? MAX_OF_RELAY : MAX_MODULES,
    );
  });
}

/** Deno loads each of these, and `process` all modules of Node, when a program first names it. */
const LOADED_ON_USE = [
  "AbortController",
  "DOMException",
  "ReadableStream",
  "Request",
  "Response",
  "TransformStream",
  "WebSocket",
  "Worker",
  "WritableStream",
  "process",
  "setTimeout",
];

Deno.test("mod.ts names nothing at its start that Deno loads on first use", async () => {
  const script = `
    const named = [];
    for (const name of ${JSON.stringify(LOADED_ON_USE)}) {
      const { get, value } = Object.getOwnPropertyDescriptor(globalThis, name);
      Object.defineProperty(globalThis, name, {
        configurable: true,
        get() {
          named.push(name);
          return get === undefined ? value : get.call(globalThis);
        },
      });
    }
    await import(${JSON.stringify(new URL("mod.ts", ROOT).href)});
    console.log(JSON.stringify(named));
  `;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), []);
});
