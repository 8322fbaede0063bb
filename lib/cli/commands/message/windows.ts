import { listWindows } from "../../../copy_data/mod.ts";
import type { Environment } from "../../environment.ts";
import type { MessageWindows } from "./spec.ts";
import { Printer } from "../../text/printer.ts";

export async function run(
  { common }: MessageWindows,
  env: Environment,
): Promise<void> {
  await new Printer(env, common).list(
    "window",
    listWindows(),
    ({ handle, pid, className, title }) => [
      `0x${handle.toString(16).padStart(8, "0")}`,
      `${pid}`,
      className,
      title,
    ],
    ["HANDLE", "PID", "CLASS", "TITLE"],
  );
}
