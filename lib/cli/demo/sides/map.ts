import { handleValue } from "../../../anonymous_pipe/mod.ts";
import { mapFile } from "../../../file_mapping/mod.ts";
import { type Side, sides } from "./side.ts";
import { checkRange } from "../../arguments/check_range.ts";
import { textBytes } from "../../commands/shm/shared.ts";

const LETTER = "w";

export const run = sides(edit, show);

async function edit(side: Side): Promise<void> {
  const { common, command: { file = "" } } = side;
  const letter = side.bytes(LETTER);
  // The second character, which UTF-16 has at byte 2.
  const offset = letter.byteLength;
  using mapping = mapFile(file, { access: "read-write" });
  checkRange(`"${file}"`, mapping.size, offset, letter.byteLength);
  await side.did("opened", file, { handle: handleValue(mapping) });
  await side.received(file, await textBytes(mapping, 0, common.encoding));
  await side.send(file, letter, async (bytes) => {
    mapping.write(bytes, offset);
    await mapping.flush();
  });
  side.ready(file);
  await side.did("closed", file);
}

async function show(side: Side): Promise<void> {
  const { common, command: { file = "" } } = side;
  using mapping = mapFile(file);
  await side.did("opened", file, { handle: handleValue(mapping) });
  await side.received(file, await textBytes(mapping, 0, common.encoding));
  await side.did("closed", file);
}
