// Sends what no decent program would: hostile.ts TITLE PID SEED. Told "copy data
// N" or "dde N", it sends so many messages and says how many of them were taken.
import { user32 } from "../../../lib/win32/user32.ts";
import { allocate, copyIn } from "../../../lib/win32/memory.ts";
import { COPYDATASTRUCT, pack } from "../../../lib/win32/structs.ts";
import { connectDde, type DdeConversation, findWindows } from "../../../mod.ts";
import { readLine, say } from "../../support/peer_side.ts";
import { Random } from "./random.ts";

const WM_COPYDATA = 0x4a;
const WM_DDE_FIRST = 0x3e0;
const SMTO_ABORTIFHUNG = 2;
const LARGEST = 70_000;
/** Longer than the listener waits for its handler: what is delivered has an answer. */
const TIMEOUT = 60_000;

const [title, pid, seed] = Deno.args as [string, string, string];
const random = new Random("hostile", Number(seed));
const { raw } = user32();
const data = allocate(LARGEST);
const struct = allocate(COPYDATASTRUCT.size);
const answer = allocate(8);
const target = BigInt(findWindows({ title })[0]!.handle);

let conversation: DdeConversation | undefined;
let theirs: bigint[] = [];
let mine: bigint[] = [];

for (let line = await readLine(); line !== undefined; line = await readLine()) {
  const [what, count] = line.split(": ") as [string, string];
  let taken = 0;
  let sent = 0;
  for (; sent < Number(count); sent++) {
    if (await (what === "copy data" ? copyData() : dde())) taken++;
  }
  say(`${taken} of ${sent}`);
}

/** A COPYDATASTRUCT that may be nothing, or say one thing and carry another. */
async function copyData(): Promise<boolean> {
  const size = random.chance(0.8) ? random.below(LARGEST) : 0;
  const bytes = random.bytes(Math.min(size, 64));
  copyIn(data, bytes);
  copyIn(
    struct,
    pack(COPYDATASTRUCT, {
      dwData: BigInt(random.u32()) << 32n | BigInt(random.u32()),
      cbData: size,
      lpData: random.chance(0.8) ? data : 0n,
    }),
  );
  const sender = random.chance(0.5) ? 0n : BigInt(random.u32());
  if (random.chance(0.1)) {
    // Windows posts no pointers.
    return raw.PostMessageW(
      target,
      WM_COPYDATA,
      sender,
      struct,
    ) !== 0;
  }
  return await raw.SendMessageTimeoutW(
    target,
    WM_COPYDATA,
    sender,
    struct,
    SMTO_ABORTIFHUNG,
    TIMEOUT,
    answer,
  ) !== 0n;
}

/** A DDE message in a conversation or not, with parameters that are nothing. */
async function dde(): Promise<boolean> {
  if (conversation === undefined) {
    conversation = await connectDde(title, "topic");
    theirs = windowsOf(Number(pid));
    mine = windowsOf(Deno.pid);
  }
  const lParam = random.chance(0.3)
    ? BigInt(random.u32()) << 16n | BigInt(random.u32())
    : BigInt(random.below(0x10000)) << 16n | BigInt(random.below(0x10000));
  return raw.PostMessageW(
    random.pick(theirs),
    // One of nine is the end of a conversation, which would come too soon.
    WM_DDE_FIRST + random.pick([0, 2, 3, 4, 5, 6, 7, 8]),
    random.chance(0.7) ? random.pick(mine) : BigInt(random.u32()),
    lParam,
  ) !== 0;
}

function windowsOf(pid: number): bigint[] {
  return [false, true].flatMap((messageOnly) =>
    findWindows({ pid, messageOnly })
  )
    .map(({ handle }) => BigInt(handle));
}
