/**
 * Deno's permissions, without a prompt. Imports nothing, so that every layer
 * may import it.
 *
 * @module
 */

/** Whether a permission is granted. */
export function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

/** The environment variable `variable`, if it is set and may be read. */
export function readableVariable(variable: string): string | undefined {
  return isGranted({ name: "env", variable })
    ? Deno.env.get(variable)
    : undefined;
}
