import config from "../../deno.json" with { type: "json" };
import type { Command } from "./command.ts";
import type { DemoSide, ScenarioName } from "./demo.ts";
import type { Environment } from "./environment.ts";
import { EXIT } from "./exit_code.ts";
import { load } from "./load.ts";

/** Runs a command of one kind; resolves to its exit code where it has one. */
type Runner<C> = (command: C, env: Environment) => Promise<number | void>;
type OfKind<K> = Extract<Command, { kind: K }>;
type Runners = {
  [K in Exclude<Command["kind"], "help" | "version">]: () => Promise<
    Runner<OfKind<K>>
  >;
};

/** A program does one thing: of all commands it loads the one that was typed. */
const RUNNERS: Runners = {
  "mailslot read": load(
    "mailslot_read.ts",
    (m: typeof import("./mailslot_read.ts")) => m.mailslotRead,
  ),
  "mailslot write": load(
    "mailslot_write.ts",
    (m: typeof import("./mailslot_write.ts")) => m.mailslotWrite,
  ),
  "pipe serve": load(
    "pipe_serve.ts",
    (m: typeof import("./pipe_serve.ts")) => m.pipeServe,
  ),
  "pipe connect": load(
    "pipe_connect.ts",
    (m: typeof import("./pipe_connect.ts")) => m.pipeConnect,
  ),
  "pipe call": load(
    "pipe_call.ts",
    (m: typeof import("./pipe_call.ts")) => m.pipeCall,
  ),
  "pipe info": load(
    "pipe_info.ts",
    (m: typeof import("./pipe_info.ts")) => m.pipeInfoCommand,
  ),
  "pipe list": load(
    "pipe_list.ts",
    (m: typeof import("./pipe_list.ts")) => m.pipeList,
  ),
  "shm create": load(
    "shm_create.ts",
    (m: typeof import("./shm_create.ts")) => m.shmCreate,
  ),
  "shm read": load(
    "shm_read.ts",
    (m: typeof import("./shm_read.ts")) => m.shmRead,
  ),
  "shm write": load(
    "shm_write.ts",
    (m: typeof import("./shm_write.ts")) => m.shmWrite,
  ),
  "shm info": load(
    "shm_info.ts",
    (m: typeof import("./shm_info.ts")) => m.shmInfo,
  ),
  "map cat": load(
    "map_cat.ts",
    (m: typeof import("./map_cat.ts")) => m.mapCat,
  ),
  "map edit": load(
    "map_edit.ts",
    (m: typeof import("./map_edit.ts")) => m.mapEdit,
  ),
  "anon run": load(
    "anon_run.ts",
    (m: typeof import("./anon_run.ts")) => m.anonRun,
  ),
  "socket serve": load(
    "socket_serve.ts",
    (m: typeof import("./socket_serve.ts")) => m.socketServe,
  ),
  "socket connect": load(
    "socket_connect.ts",
    (m: typeof import("./socket_connect.ts")) => m.socketConnect,
  ),
  "rpc serve": load(
    "rpc_serve.ts",
    (m: typeof import("./rpc_serve.ts")) => m.rpcServe,
  ),
  "rpc call": load(
    "rpc_call.ts",
    (m: typeof import("./rpc_call.ts")) => m.rpcCall,
  ),
  "message listen": load(
    "message_listen.ts",
    (m: typeof import("./message_listen.ts")) => m.messageListen,
  ),
  "message send": load(
    "message_send.ts",
    (m: typeof import("./message_send.ts")) => m.messageSend,
  ),
  "message windows": load(
    "message_windows.ts",
    (m: typeof import("./message_windows.ts")) => m.messageWindows,
  ),
  "clipboard get": load(
    "clipboard_get.ts",
    (m: typeof import("./clipboard_get.ts")) => m.clipboardGet,
  ),
  "clipboard set": load(
    "clipboard_set.ts",
    (m: typeof import("./clipboard_set.ts")) => m.clipboardSet,
  ),
  "clipboard watch": load(
    "clipboard_watch.ts",
    (m: typeof import("./clipboard_watch.ts")) => m.clipboardWatch,
  ),
  "clipboard formats": load(
    "clipboard_formats.ts",
    (m: typeof import("./clipboard_formats.ts")) => m.clipboardFormatsCommand,
  ),
  "clipboard clear": load(
    "clipboard_formats.ts",
    (m: typeof import("./clipboard_formats.ts")) => m.clipboardClear,
  ),
  relay: load(
    "relay_run.ts",
    (m: typeof import("./relay_run.ts")) => m.relayRun,
  ),
  "dde serve": load(
    "dde_serve.ts",
    (m: typeof import("./dde_serve.ts")) => m.ddeServe,
  ),
  "dde request": load(
    "dde_request.ts",
    (m: typeof import("./dde_request.ts")) => m.ddeRequest,
  ),
  "dde poke": load(
    "dde_poke.ts",
    (m: typeof import("./dde_poke.ts")) => m.ddePoke,
  ),
  "dde execute": load(
    "dde_execute.ts",
    (m: typeof import("./dde_execute.ts")) => m.ddeExecute,
  ),
  "dde advise": load(
    "dde_advise.ts",
    (m: typeof import("./dde_advise.ts")) => m.ddeAdvise,
  ),
  "dde list": load(
    "dde_list.ts",
    (m: typeof import("./dde_list.ts")) => m.ddeList,
  ),
  demo: load(
    "demo_run.ts",
    (m: typeof import("./demo_run.ts")) => m.demo,
  ),
  completions: load(
    "completions_run.ts",
    (m: typeof import("./completions_run.ts")) => m.completions,
  ),
  doctor: load(
    "doctor_run.ts",
    (m: typeof import("./doctor_run.ts")) => m.doctor,
  ),
  "demo echo": load(
    "demo_echo.ts",
    (m: typeof import("./demo_echo.ts")) => m.demoEcho,
  ),
  "trace view": load(
    "trace_view.ts",
    (m: typeof import("./trace_view.ts")) => m.traceView,
  ),
  "demo side": () => Promise.resolve(runSide),
};

/** One side of a scenario. */
const SIDES: {
  [K in ScenarioName]: () => Promise<Runner<DemoSide>>;
} = {
  pipe: load(
    "demo_pipe.ts",
    (m: typeof import("./demo_pipe.ts")) => m.demoPipe,
  ),
  mailslot: load(
    "demo_mailslot.ts",
    (m: typeof import("./demo_mailslot.ts")) => m.demoMailslot,
  ),
  shm: load(
    "demo_shm.ts",
    (m: typeof import("./demo_shm.ts")) => m.demoShm,
  ),
  map: load(
    "demo_map.ts",
    (m: typeof import("./demo_map.ts")) => m.demoMap,
  ),
  message: load(
    "demo_message.ts",
    (m: typeof import("./demo_message.ts")) => m.demoMessage,
  ),
  clipboard: load(
    "demo_clipboard.ts",
    (m: typeof import("./demo_clipboard.ts")) => m.demoClipboard,
  ),
  anon: load(
    "demo_anon.ts",
    (m: typeof import("./demo_anon.ts")) => m.demoAnon,
  ),
  socket: load(
    "demo_socket.ts",
    (m: typeof import("./demo_socket.ts")) => m.demoSocket,
  ),
  rpc: load(
    "demo_rpc.ts",
    (m: typeof import("./demo_rpc.ts")) => m.demoRpc,
  ),
  dde: load(
    "demo_dde.ts",
    (m: typeof import("./demo_dde.ts")) => m.demoDde,
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
