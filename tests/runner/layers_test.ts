import { assertEquals, assertMatch } from "@std/assert";
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
  assertEquals(allowed("cli.ts", "./lib/wine/mod.ts"), true);
  assertEquals(allowed("lib/cli/pipe.ts", "../../mod.ts"), true);
  assertEquals(allowed("lib/cli/pipe.ts", "../named_pipe/mod.ts"), true);
  assertEquals(allowed("mod.ts", "./lib/named_pipe/mod.ts"), true);
  assertEquals(
    allowed("lib/mailslot/a.ts", "../io/overlapped/completion_port.ts"),
    true,
  );
  assertEquals(allowed("lib/io/a.ts", "../win32/kernel32.ts"), true);
  assertEquals(allowed("lib/io/a.ts", "./object/handle.ts"), true);
});

Deno.test("imports do not go up or past a layer", () => {
  assertEquals(
    allowed("lib/win32/a.ts", "../io/overlapped/completion_port.ts"),
    false,
  );
  assertEquals(allowed("lib/io/a.ts", "../named_pipe/mod.ts"), false);
  assertEquals(allowed("lib/mailslot/a.ts", "../../mod.ts"), false);
  assertEquals(
    allowed("lib/cli/pipe.ts", "../io/overlapped/completion_port.ts"),
    false,
  );
  assertEquals(allowed("lib/cli/pipe.ts", "../wine/mod.ts"), false);
  assertEquals(
    allowed("lib/wine/a.ts", "../io/overlapped/completion_port.ts"),
    false,
  );
});

Deno.test("mechanisms do not import each other, but for named pairs", () => {
  assertEquals(allowed("lib/mailslot/a.ts", "../named_pipe/mod.ts"), false);
  const mapping = "../file_mapping/mod.ts";
  assertEquals(allowed("lib/shared_memory/a.ts", mapping), true);
  const memory = "../shared_memory/mod.ts";
  assertEquals(allowed("lib/file_mapping/a.ts", memory), false);
  assertEquals(allowed("lib/anonymous_pipe/a.ts", "../sync/mod.ts"), true);
  assertEquals(allowed("lib/sync/a.ts", "../anonymous_pipe/mod.ts"), false);
});

Deno.test("a mechanism is imported by its mod.ts", () => {
  assertEquals(allowed("lib/cli/pipe.ts", "../named_pipe/connect.ts"), false);
  assertEquals(allowed("lib/relay/a.ts", "../socket/connection.ts"), false);
  assertEquals(allowed("mod.ts", "./lib/sync/event.ts"), false);
  assertEquals(allowed("lib/sync/a.ts", "./event.ts"), true);
});

Deno.test("no file imports itself by a detour", () => {
  const [fault] = faults("lib/win32/table.ts", "./binding.ts");
  assertMatch(fault!, /^import cycle: lib\/win32\/table\.ts → .*table\.ts$/);
  assertEquals(allowed("lib/win32/binding.ts", "./table.ts"), true);
});

Deno.test("only the CLI uses bare specifiers", () => {
  assertEquals(allowed("lib/cli/main.ts", "@std/fmt/bytes"), true);
  assertEquals(allowed("lib/io/a.ts", "node:buffer"), true);
  assertEquals(allowed("lib/io/a.ts", "@std/fmt/bytes"), false);
  assertEquals(allowed("mod.ts", "https://example.com/x.ts"), false);
  assertEquals(allowed("lib/wine/a.ts", "@std/fmt/bytes"), false);
});
