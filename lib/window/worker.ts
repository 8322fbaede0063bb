/**
 * The entry of the threads that winipc starts, as Workers.
 *
 * @module
 */

import { workerData } from "node:worker_threads";
import { type AnyStart, runThread } from "./thread_entry.ts";

await runThread(workerData as AnyStart);
