/**
 * kernel32, whose tables are in several files.
 *
 * @module
 */

import { FILES } from "./kernel32_files.ts";
import { MEMORY } from "./kernel32_memory.ts";
import { PIPES } from "./kernel32_pipes.ts";
import { PROCESSES } from "./kernel32_processes.ts";
import { SYNC } from "./kernel32_sync.ts";
import { library } from "./library.ts";
import type { Table } from "./table.ts";

/** The functions of kernel32.dll that winipc uses. */
export const KERNEL32_TABLE = {
  ...FILES,
  ...MEMORY,
  ...PIPES,
  ...PROCESSES,
  ...SYNC,
} as const satisfies Table;

/** Opens kernel32 on the first call. */
export const kernel32 = library("kernel32.dll", KERNEL32_TABLE);
