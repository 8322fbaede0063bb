import { callPipe, Win32Error } from "../../../named_pipe/mod.ts";
import { ByteText } from "../../text/bytes.ts";
import type { Environment } from "../../environment.ts";
import type { PipeCall } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { name, message, wait, common }: PipeCall,
  env: Environment,
): Promise<void> {
  const request = new ByteText(common).ofArgument(message);
  const answer = await callPipe(name, request, {
    signal: env.signal,
    timeout: common.timeout,
    waitForPeer: wait,
  }).catch((error) => {
    throw isBytePipe(error) ? adviceFor(name, error) : error;
  });
  await new Printer(env, common).message(answer);
}

/** Whether the pipe has no messages: Windows refuses its read mode. */
function isBytePipe(error: unknown): error is TypeError {
  return error instanceof TypeError && error.cause instanceof Win32Error &&
    error.cause.symbol === "ERROR_INVALID_PARAMETER";
}

function adviceFor(name: string, cause: TypeError): TypeError {
  return new TypeError(
    `Cannot call "${name}": it is a byte pipe, which does not mark the end of an answer; use "winipc pipe connect ${name} MESSAGE --count 1" for an answer of one line`,
    { cause },
  );
}
