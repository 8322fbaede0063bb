import config from "../../deno.json" with { type: "json" };
import type { Command } from "./command.ts";
import type { DemoSide, ScenarioName } from "./demo/spec.ts";
import type { Environment } from "./environment.ts";
import { EXIT } from "./exit_code.ts";
import { load } from "./load.ts";

/** Runs a command of one kind; resolves to its exit code if it has one. */
type Runner<C> = (command: C, env: Environment) => Promise<number | void>;
type OfKind<K> = Extract<Command, { kind: K }>;
type Runners = {
  [K in Exclude<Command["kind"], "help" | "version">]: () => Promise<
    Runner<OfKind<K>>
  >;
};

/** A program runs one command, so only that is loaded. */
const RUNNERS: Runners = {
  "mailslot read": load(
    "commands/mailslot/read.ts",
    (m: typeof import("./commands/mailslot/read.ts")) => m.mailslotRead,
  ),
  "mailslot write": load(
    "commands/mailslot/write.ts",
    (m: typeof import("./commands/mailslot/write.ts")) => m.mailslotWrite,
  ),
  "pipe serve": load(
    "commands/pipe/serve.ts",
    (m: typeof import("./commands/pipe/serve.ts")) => m.pipeServe,
  ),
  "pipe connect": load(
    "commands/pipe/connect.ts",
    (m: typeof import("./commands/pipe/connect.ts")) => m.pipeConnect,
  ),
  "pipe call": load(
    "commands/pipe/call.ts",
    (m: typeof import("./commands/pipe/call.ts")) => m.pipeCall,
  ),
  "pipe info": load(
    "commands/pipe/info.ts",
    (m: typeof import("./commands/pipe/info.ts")) => m.pipeInfoCommand,
  ),
  "pipe list": load(
    "commands/pipe/list.ts",
    (m: typeof import("./commands/pipe/list.ts")) => m.pipeList,
  ),
  "shm create": load(
    "commands/shm/create.ts",
    (m: typeof import("./commands/shm/create.ts")) => m.shmCreate,
  ),
  "shm read": load(
    "commands/shm/read.ts",
    (m: typeof import("./commands/shm/read.ts")) => m.shmRead,
  ),
  "shm write": load(
    "commands/shm/write.ts",
    (m: typeof import("./commands/shm/write.ts")) => m.shmWrite,
  ),
  "shm info": load(
    "commands/shm/info.ts",
    (m: typeof import("./commands/shm/info.ts")) => m.shmInfo,
  ),
  "map cat": load(
    "commands/map/cat.ts",
    (m: typeof import("./commands/map/cat.ts")) => m.mapCat,
  ),
  "map edit": load(
    "commands/map/edit.ts",
    (m: typeof import("./commands/map/edit.ts")) => m.mapEdit,
  ),
  "anon run": load(
    "commands/anon/run.ts",
    (m: typeof import("./commands/anon/run.ts")) => m.anonRun,
  ),
  "socket serve": load(
    "commands/socket/serve.ts",
    (m: typeof import("./commands/socket/serve.ts")) => m.socketServe,
  ),
  "socket connect": load(
    "commands/socket/connect.ts",
    (m: typeof import("./commands/socket/connect.ts")) => m.socketConnect,
  ),
  "rpc serve": load(
    "commands/rpc/serve.ts",
    (m: typeof import("./commands/rpc/serve.ts")) => m.rpcServe,
  ),
  "rpc call": load(
    "commands/rpc/call.ts",
    (m: typeof import("./commands/rpc/call.ts")) => m.rpcCall,
  ),
  "message listen": load(
    "commands/message/listen.ts",
    (m: typeof import("./commands/message/listen.ts")) => m.messageListen,
  ),
  "message send": load(
    "commands/message/send.ts",
    (m: typeof import("./commands/message/send.ts")) => m.messageSend,
  ),
  "message windows": load(
    "commands/message/windows.ts",
    (m: typeof import("./commands/message/windows.ts")) => m.messageWindows,
  ),
  "clipboard get": load(
    "commands/clipboard/get.ts",
    (m: typeof import("./commands/clipboard/get.ts")) => m.clipboardGet,
  ),
  "clipboard set": load(
    "commands/clipboard/set.ts",
    (m: typeof import("./commands/clipboard/set.ts")) => m.clipboardSet,
  ),
  "clipboard watch": load(
    "commands/clipboard/watch.ts",
    (m: typeof import("./commands/clipboard/watch.ts")) => m.clipboardWatch,
  ),
  "clipboard formats": load(
    "commands/clipboard/formats.ts",
    (m: typeof import("./commands/clipboard/formats.ts")) =>
      m.clipboardFormatsCommand,
  ),
  "clipboard clear": load(
    "commands/clipboard/formats.ts",
    (m: typeof import("./commands/clipboard/formats.ts")) => m.clipboardClear,
  ),
  relay: load(
    "commands/relay/run.ts",
    (m: typeof import("./commands/relay/run.ts")) => m.relayRun,
  ),
  "dde serve": load(
    "commands/dde/serve.ts",
    (m: typeof import("./commands/dde/serve.ts")) => m.ddeServe,
  ),
  "dde request": load(
    "commands/dde/request.ts",
    (m: typeof import("./commands/dde/request.ts")) => m.ddeRequest,
  ),
  "dde poke": load(
    "commands/dde/poke.ts",
    (m: typeof import("./commands/dde/poke.ts")) => m.ddePoke,
  ),
  "dde execute": load(
    "commands/dde/execute.ts",
    (m: typeof import("./commands/dde/execute.ts")) => m.ddeExecute,
  ),
  "dde advise": load(
    "commands/dde/advise.ts",
    (m: typeof import("./commands/dde/advise.ts")) => m.ddeAdvise,
  ),
  "dde list": load(
    "commands/dde/list.ts",
    (m: typeof import("./commands/dde/list.ts")) => m.ddeList,
  ),
  demo: load(
    "demo/run.ts",
    (m: typeof import("./demo/run.ts")) => m.demo,
  ),
  completions: load(
    "completions/run.ts",
    (m: typeof import("./completions/run.ts")) => m.completions,
  ),
  doctor: load(
    "doctor/run.ts",
    (m: typeof import("./doctor/run.ts")) => m.doctor,
  ),
  "demo echo": load(
    "demo/echo.ts",
    (m: typeof import("./demo/echo.ts")) => m.demoEcho,
  ),
  "trace view": load(
    "trace/view.ts",
    (m: typeof import("./trace/view.ts")) => m.traceView,
  ),
  "demo side": () => Promise.resolve(runSide),
};

/** One side of a scenario. */
const SIDES: {
  [K in ScenarioName]: () => Promise<Runner<DemoSide>>;
} = {
  pipe: load(
    "demo/sides/pipe.ts",
    (m: typeof import("./demo/sides/pipe.ts")) => m.demoPipe,
  ),
  mailslot: load(
    "demo/sides/mailslot.ts",
    (m: typeof import("./demo/sides/mailslot.ts")) => m.demoMailslot,
  ),
  shm: load(
    "demo/sides/shm.ts",
    (m: typeof import("./demo/sides/shm.ts")) => m.demoShm,
  ),
  map: load(
    "demo/sides/map.ts",
    (m: typeof import("./demo/sides/map.ts")) => m.demoMap,
  ),
  message: load(
    "demo/sides/message.ts",
    (m: typeof import("./demo/sides/message.ts")) => m.demoMessage,
  ),
  clipboard: load(
    "demo/sides/clipboard.ts",
    (m: typeof import("./demo/sides/clipboard.ts")) => m.demoClipboard,
  ),
  anon: load(
    "demo/sides/anon.ts",
    (m: typeof import("./demo/sides/anon.ts")) => m.demoAnon,
  ),
  socket: load(
    "demo/sides/socket.ts",
    (m: typeof import("./demo/sides/socket.ts")) => m.demoSocket,
  ),
  rpc: load(
    "demo/sides/rpc.ts",
    (m: typeof import("./demo/sides/rpc.ts")) => m.demoRpc,
  ),
  dde: load(
    "demo/sides/dde.ts",
    (m: typeof import("./demo/sides/dde.ts")) => m.demoDde,
  ),
};

/** Runs a command; resolves to the exit code, or rejects. */
export async function run(command: Command, env: Environment): Promise<number> {
  switch (command.kind) {
    case "help":
      if (command.asked) await env.out(command.text);
      else env.talk(command.text.trimEnd());
      return command.asked ? EXIT.done : EXIT.usage;
    case "version":
      await env.out(`winipc ${config.version}\n`);
      return EXIT.done;
    default: {
      // The table has the command of each kind under that kind.
      const runner = await RUNNERS[command.kind]() as Runner<Command>;
      return await runner(command, env) ?? EXIT.done;
    }
  }
}

async function runSide(command: DemoSide, env: Environment): Promise<void> {
  const runner = await SIDES[command.scenario]();
  await runner(command, env);
}
