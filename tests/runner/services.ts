import { HostError } from "../../lib/wine/errors.ts";
import { statOf } from "../../lib/wine/cache.ts";

/** A server that runs on this machine while tests talk to it. */
export interface Service extends AsyncDisposable {
  /** Where it is: `127.0.0.1:4222`. */
  readonly address: string;
}

const READY_MS = 20_000;

/**
 * Starts a NATS server with JetStream on a free port of this computer, with a
 * folder of its own, which goes with it.
 *
 * @param program The path of `nats-server`.
 * @throws {HostError} When it does not start.
 */
export async function startNats(program: string): Promise<Service> {
  const folder = await Deno.makeTempDir({ prefix: "winipc-nats-" });
  const child = new Deno.Command(program, {
    args: ["-a", "127.0.0.1", "-p", "-1", "-js", "-sd", folder],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const [said, rest] = child.stderr.tee();
  const drained = rest.pipeTo(new WritableStream()).catch(() => {});
  const timer = setTimeout(() => child.kill("SIGKILL"), READY_MS);
  const address = await listening(said);
  clearTimeout(timer);
  const stop = async () => {
    if (statOf(`/proc/${child.pid}`)) child.kill("SIGTERM");
    await child.status;
    await drained;
    await Deno.remove(folder, { recursive: true });
  };
  if (address === undefined) {
    await stop();
    throw new HostError(`${program} does not start: try "${program} -js"`);
  }
  return { address, [Symbol.asyncDispose]: stop };
}

async function listening(
  said: ReadableStream<Uint8Array>,
): Promise<string | undefined> {
  let text = "";
  for await (const part of said.pipeThrough(new TextDecoderStream() as never)) {
    text += part;
    const [, address] =
      /Listening for client connections on (\S+)[^]*Server is ready/
        .exec(text) ?? [];
    if (address !== undefined) return address;
  }
  return undefined;
}
