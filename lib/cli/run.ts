import config from "../../deno.json" with { type: "json" };
import { anonRun } from "./anon_run.ts";
import {
  clipboardClear,
  clipboardFormatsCommand,
} from "./clipboard_formats.ts";
import { clipboardGet } from "./clipboard_get.ts";
import { clipboardSet } from "./clipboard_set.ts";
import { clipboardWatch } from "./clipboard_watch.ts";
import type { Command } from "./command.ts";
import { demoClipboard } from "./demo_clipboard.ts";
import { demoAnon } from "./demo_anon.ts";
import { demoMailslot } from "./demo_mailslot.ts";
import { demoMap } from "./demo_map.ts";
import { demoMessage } from "./demo_message.ts";
import { demoPipe } from "./demo_pipe.ts";
import { demo } from "./demo_run.ts";
import { demoShm } from "./demo_shm.ts";
import { demoSocket } from "./demo_socket.ts";
import type { DemoSide } from "./demo.ts";
import { doctor } from "./doctor_run.ts";
import type { Environment } from "./environment.ts";
import { EXIT } from "./exit_code.ts";
import { mailslotRead } from "./mailslot_read.ts";
import { mailslotWrite } from "./mailslot_write.ts";
import { mapCat } from "./map_cat.ts";
import { mapEdit } from "./map_edit.ts";
import { messageListen } from "./message_listen.ts";
import { messageSend } from "./message_send.ts";
import { messageWindows } from "./message_windows.ts";
import { pipeCall } from "./pipe_call.ts";
import { pipeConnect } from "./pipe_connect.ts";
import { pipeInfoCommand } from "./pipe_info.ts";
import { pipeList } from "./pipe_list.ts";
import { pipeServe } from "./pipe_serve.ts";
import { shmCreate } from "./shm_create.ts";
import { shmInfo } from "./shm_info.ts";
import { shmRead } from "./shm_read.ts";
import { shmWrite } from "./shm_write.ts";
import { socketConnect } from "./socket_connect.ts";
import { socketServe } from "./socket_serve.ts";

/** Runs a command; resolves to the exit code, or rejects. */
export async function run(command: Command, env: Environment): Promise<number> {
  switch (command.kind) {
    case "help":
      if (command.asked) await env.out(command.text);
      else env.talk(command.text.trimEnd());
      return command.asked ? EXIT.done : EXIT.usage;
    case "version":
      await env.out(`winipc ${config.version}\n`);
      break;
    case "mailslot read":
      await mailslotRead(command, env);
      break;
    case "mailslot write":
      await mailslotWrite(command, env);
      break;
    case "pipe serve":
      await pipeServe(command, env);
      break;
    case "pipe connect":
      await pipeConnect(command, env);
      break;
    case "pipe call":
      await pipeCall(command, env);
      break;
    case "pipe info":
      await pipeInfoCommand(command, env);
      break;
    case "pipe list":
      await pipeList(command, env);
      break;
    case "shm create":
      await shmCreate(command, env);
      break;
    case "shm read":
      await shmRead(command, env);
      break;
    case "shm write":
      await shmWrite(command, env);
      break;
    case "shm info":
      await shmInfo(command, env);
      break;
    case "map cat":
      await mapCat(command, env);
      break;
    case "map edit":
      await mapEdit(command, env);
      break;
    case "anon run":
      return await anonRun(command, env);
    case "socket serve":
      await socketServe(command, env);
      break;
    case "socket connect":
      await socketConnect(command, env);
      break;
    case "message listen":
      await messageListen(command, env);
      break;
    case "message send":
      await messageSend(command, env);
      break;
    case "message windows":
      await messageWindows(command, env);
      break;
    case "clipboard get":
      await clipboardGet(command, env);
      break;
    case "clipboard set":
      await clipboardSet(command, env);
      break;
    case "clipboard watch":
      await clipboardWatch(command, env);
      break;
    case "clipboard formats":
      await clipboardFormatsCommand(command, env);
      break;
    case "clipboard clear":
      await clipboardClear(command, env);
      break;
    case "demo":
      await demo(command, env);
      break;
    case "demo side":
      await runSide(command, env);
      break;
    case "doctor":
      await doctor(command, env);
      break;
    default:
      command satisfies never;
  }
  return EXIT.done;
}

async function runSide(command: DemoSide, env: Environment): Promise<void> {
  switch (command.scenario) {
    case "pipe":
      return await demoPipe(command, env);
    case "mailslot":
      return await demoMailslot(command, env);
    case "shm":
      return await demoShm(command, env);
    case "map":
      return await demoMap(command, env);
    case "message":
      return await demoMessage(command, env);
    case "clipboard":
      return await demoClipboard(command, env);
    case "anon":
      return await demoAnon(command, env);
    case "socket":
      return await demoSocket(command, env);
    default:
      command.scenario satisfies never;
  }
}
