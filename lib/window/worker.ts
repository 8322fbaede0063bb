/**
 * The entry of the thread that winipc starts as a Worker.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import type { Start } from "./protocol.ts";
import { runThread } from "./thread_entry.ts";

await runThread(workerData as Start);
