import { bold, green, red } from "@std/fmt/colors";
import {
  connectPipe,
  connectSocket,
  createMailslot,
  createSharedMemory,
  librariesOf,
  listenPipe,
  listenSocket,
  mapFile,
  openMailslot,
  openSharedMemory,
  spawn,
} from "../../mod.ts";
import type { Doctor } from "./doctor.ts";
import type { Environment } from "./environment.ts";
import { Failed } from "./exit_code.ts";
import { Printer } from "./printer.ts";

/** What is known of the system. */
export interface SystemInfo {
  readonly os: string;
  /** Its version; `undefined` without `--allow-sys`. */
  readonly release: string | undefined;
  /** Whether this is Wine; `undefined` without `--allow-env`. */
  readonly wine: boolean | undefined;
  readonly deno: string;
  readonly arch: string;
}

interface Check {
  readonly mechanism: string;
  readonly title: string;
  /** The least that it needs. */
  flag(wine: boolean): string;
  /** Creates, opens, writes and reads. Throws where that does not work. */
  attempt(name: string, signal: AbortSignal): Promise<void>;
}

const MESSAGE = new TextEncoder().encode("winipc");
const TIME_LIMIT = 10_000;

const CHECKS: readonly Check[] = [
  {
    mechanism: "pipe",
    title: "named pipes",
    flag: () => allow(librariesOf("pipe")),
    async attempt(name, signal) {
      await using listener = listenPipe(name, { mode: "message" });
      await using client = await connectPipe(name, { signal });
      await using server = await listener.accept({ signal });
      await client.write(MESSAGE, { signal });
      expectMessage(await server.readMessage({ signal }));
    },
  },
  {
    mechanism: "mailslot",
    title: "mailslots",
    flag: (wine) =>
      allow(librariesOf("mailslot", wine ? ["overlapped-mailslot"] : [])),
    async attempt(name, signal) {
      await using mailslot = createMailslot(name);
      await using sender = await openMailslot(name, { signal });
      await sender.send(MESSAGE, { signal });
      expectMessage(await mailslot.receive({ signal }));
    },
  },
  {
    mechanism: "shm",
    title: "shared memory",
    flag: () => allow(librariesOf("shared-memory")),
    attempt(name) {
      using memory = createSharedMemory(name, { size: MESSAGE.byteLength });
      using same = openSharedMemory(name, { access: "read" });
      memory.write(MESSAGE);
      expectMessage(same.read(0, MESSAGE.byteLength));
      return Promise.resolve();
    },
  },
  {
    mechanism: "map",
    title: "file mapping",
    flag: () => allow(librariesOf("file-mapping")),
    attempt() {
      // A file that is always there; what is written stays in this process.
      const [file] = librariesOf("file-mapping");
      using mapping = mapFile(file!, { access: "copy-on-write" });
      mapping.write(MESSAGE);
      expectMessage(mapping.read(0, MESSAGE.byteLength));
      return Promise.resolve();
    },
  },
  {
    mechanism: "anon",
    title: "anonymous pipes and processes",
    flag: () => allow(librariesOf("anonymous-pipe")),
    async attempt(_name, signal) {
      await using child = spawn("cmd.exe", {
        args: ["/d", "/c", "exit 6"],
        windowsRawArguments: true,
        stdin: "null",
        stdout: "pipe",
        stderr: "null",
        signal,
      });
      const ended = await child.stdout.read(new Uint8Array(1), { signal });
      const { code } = await child.status;
      if (ended === null && code === 6) return;
      throw new Error(`The child ended with exit code ${code}`);
    },
  },
  {
    mechanism: "socket",
    title: "sockets",
    flag: () => "--allow-net=127.0.0.1",
    async attempt(_name, signal) {
      await using listener = await listenSocket();
      const { port } = listener.local;
      await using client = await connectSocket(port, { signal });
      await using server = await listener.accept({ signal });
      await client.write(MESSAGE, { signal });
      const buffer = new Uint8Array(MESSAGE.byteLength);
      await server.read(buffer, { signal });
      expectMessage(buffer);
    },
  },
];

/** Runs `doctor`. */
export async function doctor(
  { common }: Doctor,
  env: Environment,
): Promise<void> {
  const printer = new Printer(env, common);
  const system = systemInfo();
  if (common.json) await printer.event("system", { ...system });
  else await env.out(`${systemText(system)}\n\n`);
  let failed = 0;
  for (const check of CHECKS) {
    const result = await examine(check, system.wine ?? false, env);
    if (!result.ok) failed++;
    if (common.json) await printer.event("check", { ...result });
    else await env.out(resultText(check.title, result));
  }
  if (failed === 0) return;
  throw new Failed(`${failed} of ${CHECKS.length} mechanisms do not work here`);
}

interface Result {
  readonly mechanism: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  readonly flag: string;
  readonly error?: string;
  readonly advice?: string;
}

async function examine(
  { mechanism, flag, attempt }: Check,
  wine: boolean,
  env: Environment,
): Promise<Result> {
  const limit = AbortSignal.timeout(TIME_LIMIT);
  const since = performance.now();
  const told = () => ({
    mechanism,
    milliseconds: Math.ceil(performance.now() - since),
    flag: flag(wine),
  });
  try {
    const signal = AbortSignal.any([env.signal, limit]);
    await attempt(`winipc-doctor-${Deno.pid}`, signal);
    return { ...told(), ok: true };
  } catch (error) {
    env.signal.throwIfAborted();
    const text = error instanceof Error ? error.message : String(error);
    const advice = adviceFor(error, flag(wine));
    return { ...told(), ok: false, error: text, advice };
  }
}

function adviceFor(error: unknown, flag: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `add ${flag} to "deno run", or -A`;
  }
  if (error instanceof Deno.errors.NotSupported) {
    return "run it on Windows, or by cli.ts, which brings Wine where this is not Windows";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "Windows refuses it to this account: try another one";
  }
  return "set WINIPC_VERBOSE=1 and run it again to see where it fails";
}

/** What Deno knows of the system, as far as it may. */
export function systemInfo(): SystemInfo {
  const { os, arch } = Deno.build;
  const may = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  const variable = "WINEPREFIX";
  return {
    os,
    release: may({ name: "sys", kind: "osRelease" })
      ? Deno.osRelease()
      : undefined,
    wine: may({ name: "env", variable }) ? Deno.env.has(variable) : undefined,
    deno: Deno.version.deno,
    arch,
  };
}

function systemText({ os, release, wine, deno, arch }: SystemInfo): string {
  const version = release ?? "of unknown version (--allow-sys tells)";
  const by = wine ? "Wine, which says it is " : "";
  return `${by}${os} ${version}, ${arch}, Deno ${deno}`;
}

function resultText(title: string, result: Result): string {
  const { ok, milliseconds, flag, error, advice } = result;
  const head = ok
    ? `${green("ok")}      ${bold(title)}, ${milliseconds} ms`
    : `${red("failed")}  ${bold(title)}: ${error}`;
  const lines = [head, `        needs at least ${flag}`];
  if (advice !== undefined) lines.push(`        ${advice}`);
  return `${lines.join("\n")}\n`;
}

function allow(libraries: string[]): string {
  return `--allow-ffi=${libraries.join(",")}`;
}

function expectMessage(message: Uint8Array | null): void {
  if (message?.toHex() === MESSAGE.toHex()) return;
  throw new Error("What arrived is not what was sent");
}
