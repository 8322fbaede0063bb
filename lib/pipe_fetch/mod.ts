/**
 * HTTP over named pipes: a `fetch` whose connections are pipes.
 *
 * This module implements HTTP/1.1 itself instead of using Deno's `node:http`.
 * So there is no port through which others could reach the pipe, and each
 * request is sent once. `node:http` of Deno 2.9.6 repeats a POST if a server
 * closes a reused connection without an answer. An aborted request on such a
 * connection never settles and is repeated too. Both happened over TCP on
 * Linux; Node does neither.
 *
 * @example
 * ```ts
 * import { pipeFetch, servePipe } from "@winipc/winipc";
 *
 * await using server = servePipe( // in another process
 *   { pipe: "clock" },
 *   () => Response.json({ now: Date.now() }),
 * );
 * const response = await pipeFetch("http://./", { pipe: "clock" });
 * console.log(response.status, await response.json());
 * ```
 *
 * @module
 */

// fetch.ts is the entry point. A request (request.ts, request_body.ts) takes a
// connection (connection.ts) from the pool of its client (client.ts, pool.ts);
// the exchange (exchange.ts) sends it and reads the response (response_head.ts).
export { createPipeClient, PipeClient } from "./client.ts";
export { pipeFetch, type PipeFetchOptions } from "./fetch.ts";
export { Win32Error } from "../win32/error.ts";
