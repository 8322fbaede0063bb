/**
 * The one place that opens a Windows library.
 *
 * Libraries are opened by their absolute path: under a scoped `--allow-ffi`
 * Deno resolves a bare name against the current folder, and an absolute path
 * is also the defence against a planted DLL.
 *
 * @module
 */

let locked = false;
const opened = new Set<string>();

/** The absolute path of a system library, which is also what `--allow-ffi` takes. */
export function systemLibrary(dll: string): string {
  return `${systemRoot()}\\System32\\${dll}`;
}

/** The libraries that this isolate has opened so far, as absolute paths. */
export function openedLibraries(): string[] {
  return [...opened];
}

/** Refuses every library that is not yet open, whatever permission is left. */
export function refuseFurtherLibraries(): void {
  locked = true;
}

/**
 * Opens `dll` from the system folder and binds `symbols`.
 *
 * @throws {Deno.errors.NotSupported} where there is no Windows
 * @throws {Deno.errors.NotCapable} where the permission is missing; the message
 * names the flag to add
 */
export function load<const S extends Deno.ForeignLibraryInterface>(
  dll: string,
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] {
  const path = systemLibrary(dll);
  if (Deno.build.os !== "windows") {
    throw new Deno.errors.NotSupported(
      `Cannot open ${dll}: winipc needs Windows and this is ${Deno.build.os}; ` +
        `elsewhere the tasks "deno task win" and "deno task demo" run it under Wine`,
    );
  }
  if (locked && !opened.has(path)) {
    throw new Deno.errors.NotCapable(
      `Cannot open ${dll}: native access is locked; name what the program needs in lockNativeAccess()`,
    );
  }
  try {
    const library = Deno.dlopen(path, symbols);
    opened.add(path);
    return library.symbols;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    if (opened.has(path)) {
      const names = Object.keys(symbols).join(", ");
      throw new Deno.errors.NotCapable(
        `Cannot bind ${names} of ${dll}: the right to native access was given up; give it up by lockNativeAccess(), which binds all functions before`,
        { cause: error },
      );
    }
    throw new Deno.errors.NotCapable(
      `Cannot open ${dll}: native access is not allowed; run again with --allow-ffi=${path}`,
      { cause: error },
    );
  }
}

/**
 * `C:\Windows`, or what SystemRoot says where reading that variable is already
 * allowed: asking for a second permission only to find the first would be odd.
 */
function systemRoot(): string {
  const query = { name: "env", variable: "SystemRoot" } as const;
  const granted = Deno.permissions.querySync(query).state === "granted";
  return (granted && Deno.env.get("SystemRoot")) || "C:\\Windows";
}
