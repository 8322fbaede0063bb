/**
 * The output of a program that may hang: after a time limit, the program and
 * all its descendants are ended.
 *
 * @module
 */

import { readText } from "../../lib/wine/cache.ts";
import { runTool } from "../../lib/wine/process.ts";

/** The result of a program. */
export interface ProcessOutput {
  code: number;
  /** The signal that terminated the program; null on Windows. */
  signal: Deno.Signal | null;
  stdout: Uint8Array;
}

/**
 * Collects the output of a child up to its end or for `timeout` ms. Then the
 * child and its descendants are ended, without waiting for others that keep its
 * stdout open.
 */
export async function outputWithTimeout(
  child: Deno.ChildProcess,
  timeout: number,
): Promise<ProcessOutput> {
  const chunks: Uint8Array[] = [];
  const reader = child.stdout.getReader();
  const reading = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      chunks.push(value);
    }
  })();
  const timer = setTimeout(async () => {
    await endTree(child.pid);
    await child.status;
    await reader.cancel();
  }, timeout);
  await reading;
  const { code, signal } = await child.status;
  clearTimeout(timer);
  const stdout = await new Blob(chunks as BlobPart[]).bytes();
  return { code, signal, stdout };
}

/**
 * Ends a process and its descendants. On Windows, `taskkill` does that, so the
 * runner needs no native access for a job object. On Linux, programs under Wine
 * detach from their parents, but stay in the process group of the first one.
 */
async function endTree(pid: number): Promise<void> {
  if (Deno.build.os === "windows") {
    await runTool("taskkill", { args: ["/pid", String(pid), "/t", "/f"] });
    return;
  }
  const all = processes();
  const own = all.find((process) => process.pid === Deno.pid)?.group;
  const family = new Set([pid]);
  // A child has a higher number than its parent as a rule, but not always.
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const groups = new Set(
    all.filter((process) => family.has(process.pid))
      .map(({ group }) => group).filter((group) => group !== own),
  );
  for (const target of [...[...groups].map((group) => -group), ...family]) {
    try {
      Deno.kill(target, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

/**
 * This machine's processes, with parent and process group, as in
 * proc_pid_stat(5).
 */
function processes(): { pid: number; parent: number; group: number }[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    const stat = /^\d+$/.test(name)
      ? readText(`/proc/${name}/stat`)
      : undefined;
    if (stat === undefined) return [];
    const [, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [{
      pid: Number(name),
      parent: Number(parent),
      group: Number(group),
    }];
  });
}
