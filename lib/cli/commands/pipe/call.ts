import { callPipe } from "../../../named_pipe/mod.ts";
import { ByteText } from "../../text/bytes.ts";
import type { Environment } from "../../environment.ts";
import type { PipeCall } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { name, message, common }: PipeCall,
  env: Environment,
): Promise<void> {
  const request = new ByteText(common).ofArgument(message);
  const answer = await callPipe(name, request, {
    signal: env.signal,
    timeout: common.timeout,
  });
  await new Printer(env, common).message(answer);
}
