/** Tests that talk to a NATS server. */

const SERVER = Deno.env.get("WINIPC_TEST_NATS");

/** A test that talks to a NATS server; without one it is ignored, and says so. */
export function natsTest(
  name: string,
  fn: (server: string) => Promise<void>,
): void {
  Deno.test({
    name: SERVER ? name : `${name} (no nats-server here)`,
    ignore: SERVER === undefined,
    // NATS' client keeps timers of its own a little longer.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => fn(SERVER!),
  });
}
