/** Where the system's libraries are: Windows need not be on drive C. */

const query = { name: "env", variable: "SystemRoot" } as const;
const granted = Deno.permissions.querySync(query).state === "granted";
const root = granted ? Deno.env.get("SystemRoot") : undefined;

/** `C:\Windows\System32` as a rule, and where the variable must not be read. */
export const SYSTEM32 = `${root ?? "C:\\Windows"}\\System32`;
