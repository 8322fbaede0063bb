import { type Cache, removeTree, statOf } from "./cache.ts";
import { windowsEnvironment } from "./environment.ts";
import { HostError } from "./errors.ts";
import { insideCommand } from "./launch.ts";
import { HOST_ROOT } from "./paths.ts";
import { lastLines, runTool } from "./process.ts";
import type { Progress } from "./progress.ts";
import { prefixStamp, STAMP } from "./ready.ts";
import { type Runtime, seenPath } from "./runtime.ts";
import { shareFiles } from "./share_files.ts";

const WINE_FILES = "usr/lib/x86_64-linux-gnu/wine/x86_64-windows";
/**
 * The mount manager stays off once the prefix exists. Wine asks it for the
 * number of a file's volume each time that a program queries a file, with four
 * process switches: a third of the time that loading winipc takes. Without it,
 * that number is 0, and drives still work.
 *
 * A program that dies by an exception just ends, as on Windows. Wine's debugger
 * would hold it for minutes, without a display for its dialog.
 */
const BOOT = `wineboot -i &&
wine reg add 'HKCU\\Software\\Wine\\Drivers' /v Graphics /d null /f &&
wine reg add 'HKLM\\System\\CurrentControlSet\\Services\\MountMgr' \\
  /v Start /t REG_DWORD /d 4 /f &&
wine reg add 'HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug' \\
  /v Debugger /d 'cmd /c exit' /f
code=$?
wineserver -k
wineserver -w
exit "$code"`;

/**
 * Creates the Wine prefix in the cache, with the null graphics driver, so that
 * windows and messages work without a display.
 *
 * @throws {HostError} When Wine fails.
 */
export async function installPrefix(
  cache: Cache,
  runtime: Runtime,
  progress: Progress,
): Promise<void> {
  const step = progress.step("Wine prefix", "wineboot");
  const partial = `${cache.prefix}.partial`;
  try {
    await stopSession(cache, runtime);
    await stopSession({ ...cache, prefix: partial }, runtime);
    await removeTree(partial);
    await Deno.mkdir(partial);
    const { code, said } = await inside(
      BOOT,
      partial,
      cache,
      runtime,
      900_000,
    );
    // Wine writes that file long before a prefix is complete.
    if (code !== 0 || !statOf(`${partial}/system.reg`)) {
      throw new HostError(`Cannot make the Wine prefix\n${said}`);
    }
    if (runtime.kind === "private") {
      await linkDriveZ(partial);
      step.update("sharing files");
      await shareFiles(
        `${cache.root}/${WINE_FILES}`,
        `${partial}/drive_c/windows/system32`,
      );
    }
    await Deno.writeTextFile(`${partial}/${STAMP}`, prefixStamp(runtime));
    await removeTree(cache.prefix);
    await Deno.rename(partial, cache.prefix);
    step.done();
  } finally {
    step.drop();
  }
}

/** Ends every program of the prefix, and its server, if there is one. */
export async function stopSession(
  cache: Cache,
  runtime: Runtime,
): Promise<void> {
  if (statOf(cache.prefix) === undefined) return;
  const script = "wineserver -k; wineserver -w";
  await inside(script, cache.prefix, cache, runtime, 30_000);
}

// Every Linux path P is then Z:\P for Windows programs.
async function linkDriveZ(prefix: string): Promise<void> {
  const link = `${prefix}/dosdevices/z:`;
  await removeTree(link);
  await Deno.symlink(HOST_ROOT, link);
}

async function inside(
  script: string,
  prefix: string,
  cache: Cache,
  runtime: Runtime,
  timeout: number,
): Promise<{ code: number; said: string }> {
  // A file, because Wine's services would keep a pipe open as long as they
  // live.
  const log = `${cache.dir}/wine.log`;
  const quiet = `{ ${script}; } </dev/null >"$0" 2>&1`;
  const [tool, ...args] = insideCommand(
    ["sh", "-c", quiet, seenPath(runtime, log)],
    { cache, runtime, cwd: cache.dir },
  );
  const result = await runTool(tool!, {
    args,
    env: windowsEnvironment(
      Deno.env.toObject(),
      { ...cache, prefix },
      runtime,
    ),
    clearEnv: true,
    timeout,
  });
  const stdout = await Deno.readTextFile(log).catch(() => "");
  return { code: result.code, said: lastLines({ ...result, stdout }) };
}
