import { assertEquals } from "@std/assert";
import { outputWithTimeout } from "./output_with_timeout.ts";

function sh(script: string): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", script],
    stdin: "null",
    stdout: "piped",
  }).spawn();
}

/** Whether a process still runs: one that has ended and not been waited for does not. */
function lives(pid: string): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}

Deno.test("outputWithTimeout() gives the output and the exit code", async () => {
  const { code, stdout } = await outputWithTimeout(
    sh("echo hello; exit 3"),
    9999,
  );
  assertEquals([code, new TextDecoder().decode(stdout)], [3, "hello\n"]);
});

Deno.test("outputWithTimeout() gives the signal that ended the program", async () => {
  const { code, signal } = await outputWithTimeout(sh("kill -SEGV $$"), 9999);
  assertEquals([code, signal], [139, "SIGSEGV"]);
  const { signal: none } = await outputWithTimeout(sh("exit 139"), 9999);
  assertEquals(none, null);
});

Deno.test("outputWithTimeout() ends what hangs, with all that it started", async () => {
  // The second child has a session of its own, and its parent ends.
  const { code, stdout } = await outputWithTimeout(
    sh(`sleep 300 & echo $!
    setsid sh -c '(sleep 300 & echo $!) ; sleep 300' & wait`),
    5000,
  );
  const pids = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals([pids.length, code === 0], [2, false]);
  // A killed process takes a moment to go.
  while (pids.some(lives)) await new Promise((done) => setTimeout(done, 10));
});

Deno.test("outputWithTimeout() does not wait for strangers who hold the output", async () => {
  const { stdout } = await outputWithTimeout(
    sh("setsid sh -c 'setsid sleep 300 & echo $!' & sleep 300"),
    5000,
  );
  const [pid] = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals(lives(pid!), true);
  Deno.kill(Number(pid), "SIGKILL");
});
