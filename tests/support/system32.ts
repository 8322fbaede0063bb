/** Where the system's libraries are: Windows need not be on drive C. */

const query = { name: "env", variable: "SystemRoot" } as const;
const granted = Deno.permissions.querySync(query).state === "granted";
const root = granted ? Deno.env.get("SystemRoot") : undefined;

/** `C:\Windows\System32` as a rule, and where the variable must not be read. */
export const SYSTEM32 = `${root ?? "C:\\Windows"}\\System32`;

/**
 * The same as winipc finds it where a program may open its kernel32.dll and not
 * read the variable.
 */
export const SCOPED_SYSTEM32 = SYSTEM32
  .replace(/^([a-z]:\\)windows\\/i, "$1Windows\\");

/** What winipc takes where a program has no right at all. */
export const ASSUMED_SYSTEM32 = "C:\\Windows\\System32";
