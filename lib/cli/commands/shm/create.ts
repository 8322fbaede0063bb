import { createSharedMemory } from "../../../shared_memory/mod.ts";
import type { Environment } from "../../environment.ts";
import { InactivityTimeout } from "../../connection/inactivity_timeout.ts";
import { Printer } from "../../text/printer.ts";
import type { ShmCreate } from "./spec.ts";
import { hold, wholeName } from "./shared.ts";
import { ByteText } from "../../text/bytes.ts";
import { abortableItems } from "../../connection/abort.ts";
import { wholeInput } from "../../text/stdin.ts";
import { UsageError } from "../../arguments/usage_error.ts";

export async function run(
  command: ShmCreate,
  env: Environment,
): Promise<void> {
  const { size, common } = command;
  const name = wholeName(command.name);
  using idle = new InactivityTimeout(env.signal, common.timeout);
  const content = await contentOf(command, env, idle);
  // New memory is zeroed, so the NUL after the text is already there.
  using memory = createSharedMemory(command.name, { size, createNew: true });
  memory.write(content);
  await new Printer(env, common).event("created", {
    name,
    size,
    mappedSize: memory.mappedSize,
    bytes: content.byteLength,
  });
  env.log(`ready: ${name}`);
  if (command.hold !== undefined) return await hold(command.hold, env.signal);
  if (env.interactive && !common.quiet) env.log("Ctrl-C ends it");
  idle.progress();
  await hold(Infinity, idle.signal);
}

/** The initial content of `shm create`: never more than fits. */
export async function contentOf(
  command: ShmCreate,
  env: Environment,
  idle: InactivityTimeout,
): Promise<Uint8Array> {
  const { text, file, size, common } = command;
  const bytes = new ByteText(common);
  if (text !== undefined) {
    return fitting(bytes.ofArgument(text), "The text", size);
  }
  if (file !== undefined) return await fileBytes(file, size);
  if (env.interactive && !common.quiet) {
    env.log("Type the text; Ctrl-Z and Enter end the input");
  }
  const content = await wholeInput(inputOf(command, env, idle), common);
  return fitting(content, "The text on stdin", size);
}

/** How many bytes of stdin are too many in any format. */
function inputLimit({ size, common }: ShmCreate): number {
  switch (common.format) {
    case "raw":
      return size;
    case "text":
      // No encoding turns more than four bytes into one, and marks are short.
      return 4 * size + 16;
    case "hex":
      // Spaces do not count.
      return Infinity;
  }
}

/** All of stdin, while it may still fit. */
async function* inputOf(
  command: ShmCreate,
  env: Environment,
  idle: InactivityTimeout,
): AsyncGenerator<Uint8Array, void, void> {
  const { size } = command;
  const limit = inputLimit(command);
  let length = 0;
  for await (const chunk of abortableItems(env.stdin, idle.signal)) {
    idle.progress();
    length += chunk.byteLength;
    // Fails at once, because the rest may never end.
    if (length > limit) {
      throw tooLong("The text on stdin", `over ${size}`, size);
    }
    yield chunk;
  }
}

async function fileBytes(file: string, size: number): Promise<Uint8Array> {
  // Checked first, so that no file is read that does not fit.
  const { size: length } = await Deno.stat(file);
  if (length > size) throw tooLong(`The file "${file}"`, `${length}`, size);
  return fitting(await Deno.readFile(file), `The file "${file}"`, size);
}

function fitting(bytes: Uint8Array, what: string, size: number): Uint8Array {
  if (bytes.byteLength <= size) return bytes;
  throw tooLong(what, `${bytes.byteLength}`, size);
}

function tooLong(what: string, length: string, size: number): UsageError {
  return new UsageError(
    `${what} has ${length} bytes, more than --size ${size}: give a larger --size`,
  );
}
