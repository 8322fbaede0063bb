/**
 * Finds the mechanism of winipc that caused a call: its folder is on the stack.
 *
 * @module
 */

/** The folder of the mechanisms, as in paths and addresses. */
const LIBRARY = decodeURIComponent(new URL("../../", import.meta.url).pathname);
/** The layers below and above all mechanisms. */
const NO_MECHANISM = ["win32", "io", "window", "cli", "wine", "std", "trace"];
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "named-pipe": "pipe",
  "copy-data": "message",
};
/** How far up the stack to search. */
const DEPTH = 40;

/**
 * The current mechanism. If there are several, it is the one that the program
 * has called.
 */
export function mechanismOnStack(): string | undefined {
  for (const site of callSites().reverse()) {
    const file = `/${site.getFileName()?.replaceAll("\\", "/")}`;
    const at = file.indexOf(LIBRARY);
    if (at < 0) continue;
    const [folder] = /^[^/.]*/.exec(file.slice(at + LIBRARY.length))!;
    if (NO_MECHANISM.includes(folder)) continue;
    const name = folder.replaceAll("_", "-");
    return OTHER_NAMES[name] ?? name;
  }
  return undefined;
}

/** Not the text of the stack, which would pass through source maps. */
function callSites(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = DEPTH;
    Error.prepareStackTrace = (_, sites) => sites;
    const { stack } = new Error() as { stack?: unknown };
    return Array.isArray(stack) ? stack : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace!;
  }
}
