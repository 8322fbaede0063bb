/**
 * Whether the native layer behaves as Windows does, by
 * `deno task test --windows-rules` (see tests/windows_rules/mod.ts).
 */
export const WINDOWS_RULES: boolean = Deno.env.has("WINIPC_WINDOWS_RULES");

/** Whether winipc is told that it runs on ARM64, by `--windows-rules=arm64`. */
export const ON_ARM64: boolean =
  Deno.env.get("WINIPC_WINDOWS_RULES") === "arm64";
