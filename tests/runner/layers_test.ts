import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import layers from "../../.lint/layers.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function faults(file: string, specifier: string): string[] {
  return Deno.lint.runPlugin(
    layers,
    `${ROOT}${file}`,
    `import "${specifier}";`,
  ).map(({ message }) => message);
}

function allowed(file: string, specifier: string): boolean {
  return faults(file, specifier).length === 0;
}

Deno.test("imports go down", () => {
  assertEquals(allowed("cli.ts", "./lib/host/mod.ts"), true);
  assertEquals(allowed("lib/cli/pipe.ts", "../../mod.ts"), true);
  assertEquals(allowed("lib/cli/pipe.ts", "../named_pipe/mod.ts"), true);
  assertEquals(allowed("mod.ts", "./lib/named_pipe/mod.ts"), true);
  assertEquals(allowed("lib/mailslot.ts", "./io/port.ts"), true);
  assertEquals(allowed("lib/io/port.ts", "../win32/kernel32.ts"), true);
  assertEquals(allowed("lib/io/port.ts", "./handle.ts"), true);
});

Deno.test("imports do not go up or past a layer", () => {
  assertEquals(allowed("lib/win32/errors.ts", "../io/port.ts"), false);
  assertEquals(allowed("lib/io/port.ts", "../named_pipe/mod.ts"), false);
  assertEquals(allowed("lib/mailslot.ts", "../mod.ts"), false);
  assertEquals(allowed("lib/cli/pipe.ts", "../io/port.ts"), false);
  assertEquals(allowed("lib/cli/pipe.ts", "../host/mod.ts"), false);
  assertEquals(allowed("lib/host/mod.ts", "../io/port.ts"), false);
});

Deno.test("mechanisms do not import each other, but for named pairs", () => {
  assertEquals(allowed("lib/mailslot.ts", "./named_pipe/mod.ts"), false);
  assertEquals(allowed("lib/shared_memory/a.ts", "../file_mapping.ts"), true);
  assertEquals(allowed("lib/file_mapping.ts", "./shared_memory/a.ts"), false);
  assertEquals(allowed("lib/anonymous_pipe/a.ts", "../sync/mod.ts"), true);
  assertEquals(allowed("lib/sync/a.ts", "../anonymous_pipe/a.ts"), false);
});

Deno.test("only the CLI uses bare specifiers", () => {
  assertEquals(allowed("lib/cli/main.ts", "@std/fmt/bytes"), true);
  assertEquals(allowed("lib/io/port.ts", "node:buffer"), true);
  assertEquals(allowed("lib/io/port.ts", "@std/fmt/bytes"), false);
  assertEquals(allowed("mod.ts", "https://example.com/x.ts"), false);
  assertEquals(allowed("lib/host/mod.ts", "@std/fmt/bytes"), false);
});
