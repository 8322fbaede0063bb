import { servePipe } from "../../../pipe_serve/mod.ts";
import { abortable } from "../../connection/abort.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import type { Environment } from "../../environment.ts";
import { Printer } from "../../text/printer.ts";
import { folderHandler } from "./folder.ts";
import type { PipeServe } from "./spec.ts";

/** `pipe serve NAME --http DIR`. */
export async function serveHttp(
  { name, max, sddl, allowRemote, common }: PipeServe,
  dir: string,
  env: Environment,
): Promise<void> {
  const answer = await folderHandler(dir);
  const printer = new Printer(env, common);
  const { promise: enough, resolve, reject } = Promise.withResolvers<void>();
  using idle = new InactivityTimeout(env.signal, common.timeout);
  let count = 0;
  const server = servePipe({
    pipe: name,
    maxInstances: max,
    sddl,
    allowRemote,
    signal: idle.signal,
    onListen: (name) => env.log(`ready: ${name}`),
  }, async (request, { peer: { pid }, completed }) => {
    idle.progress();
    const answered = await answer(request);
    const response = common.timeout === undefined
      ? answered
      : watched(answered, () => idle.progress());
    const { method, url } = request;
    const { pathname: path } = new URL(url);
    const { status } = response;
    completed.then(async () => {
      await printer.event("request", { method, path, status, pid });
      if (!common.quiet) env.log(`${method} ${path} ${status}`);
      if (++count >= common.count) resolve();
    }, () => {/* The client left, or its file could not be read. */})
      .catch(reject);
    return response;
  });
  try {
    await abortable(Promise.race([enough, server.finished]), idle.signal);
  } finally {
    // It rejects for the same reason as `finished`.
    await server.shutdown().catch(() => {});
  }
}

/** The response, which calls `onProgress` for each chunk that the client takes. */
function watched(response: Response, onProgress: () => void): Response {
  const { body, status, headers } = response;
  if (body === null) return response;
  const chunks = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onProgress();
      controller.enqueue(chunk);
    },
  });
  return new Response(body.pipeThrough(chunks), { status, headers });
}
