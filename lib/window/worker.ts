/**
 * The entry of the thread that winipc starts as a Worker.
 *
 * @module
 */

import * as threads from "node:worker_threads";
import { runThread } from "./thread_entry.ts";

await runThread(threads);
