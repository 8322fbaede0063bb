/**
 * HTTP over named pipes: a `fetch` whose connections are pipes.
 *
 * HTTP/1.1 is spoken here, not by Deno's `node:http`: there is no port through
 * which others could reach the pipe, and each request is known to be sent once.
 * `node:http` of Deno 2.9.6 sends a POST again where a server closes a kept
 * connection without an answer, and a request on one that is aborted never
 * settles and is sent again; both were seen over TCP on Linux, where Node does
 * neither.
 *
 * `fetch.ts` is the entrance. A request (`request.ts`, `request_body.ts`) takes a
 * connection (`connection.ts`) from the pool of its client (`client.ts`,
 * `pool.ts`); the exchange (`exchange.ts`) sends it and reads the response
 * (`response_head.ts`, `response_body.ts`).
 *
 * @module
 */

export { createPipeClient, PipeClient } from "./client.ts";
export { pipeFetch, type PipeFetchOptions } from "./fetch.ts";
export { Win32Error } from "../win32/error.ts";
