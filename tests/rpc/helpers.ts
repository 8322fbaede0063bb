/** Names and bindings for the tests of RPC. */

import { uniqueName } from "../support/names.ts";

const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A binding of each protocol that nothing else on this machine has. */
export function uniqueBindings(): [string, string, string] {
  const name = uniqueName();
  return [
    `ncalrpc:[${name}]`,
    `ncacn_np:[\\\\pipe\\\\${name}]`,
    `ncacn_ip_tcp:127.0.0.1[${freePort()}]`,
  ];
}

/** A port that nobody listens at, and that Windows gives to nobody by itself. */
export function freePort(): number {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch {
      // Somebody has it.
    }
  }
}

/** A new UUID. */
export function uniqueUuid(): string {
  return crypto.randomUUID();
}
