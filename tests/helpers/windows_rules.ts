/**
 * Whether the native layer behaves as Windows does, by
 * `deno task test --windows-rules` (see tests/windows_rules/mod.ts).
 */
export const WINDOWS_RULES: boolean =
  Deno.env.get("WINIPC_WINDOWS_RULES") === "1";
