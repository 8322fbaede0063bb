/** What Deno's own memory goes up and down by: half a KiB a cycle would show. */
export const NOISE = 5 * 1024 * 1024;
