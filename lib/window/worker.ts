/**
 * The window thread's entry: a Worker that lives in Windows' message loop.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import type { Start } from "./protocol.ts";
import { runWindowThread } from "./thread_entry.ts";

await runWindowThread(workerData as Start);
