/** ffmpeg between two pipes of one direction. */

import { assertEquals } from "@std/assert";
import { listenPipe } from "../../mod.ts";
import { pattern, uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { pathOfPartner, testWith } from "../support/partners.ts";
import { Peer } from "../support/peer.ts";

const QUIET = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"];
const [WIDTH, HEIGHT, FRAMES] = [320, 240, 25];

function path(name: string): string {
  return name.replaceAll("\\", "/");
}

testWith("ffmpeg")(
  "ffmpeg reads frames from our pipe and writes them to another",
  async () => {
    await using input = listenPipe(uniqueName(), { access: "write" });
    await using output = listenPipe(uniqueName(), { access: "read" });
    const size = `${WIDTH}x${HEIGHT}`;
    const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size];
    await using ffmpeg = new Peer(pathOfPartner("ffmpeg")!, [
      ...[...QUIET, ...raw, "-i", path(input.name)],
      ...["-vf", "negate", "-f", "rawvideo", "-pix_fmt", "rgb24"],
      path(output.name),
    ]);
    const sent = pattern(WIDTH * HEIGHT * 3 * FRAMES);
    const send = async () => {
      await using connection = await input.accept();
      await connection.write(sent);
    };
    const receive = async () => {
      await using connection = await output.accept();
      return await new Response(connection.readable).bytes();
    };
    const [, received] = await Promise.all([send(), receive()]);
    assertEquals(received.byteLength, sent.byteLength);
    assertEquals(received.every((byte, i) => byte === 255 - sent[i]!), true);
    const { code, stderr } = await ffmpeg.ended();
    assertEquals([code, stderr], [0, ""]);
  },
);

testWith("ffmpeg")("ffmpeg hears that its reader leaves", async () => {
  await using output = listenPipe(uniqueName(), { access: "read" });
  await using ffmpeg = new Peer(pathOfPartner("ffmpeg")!, [
    ...[...QUIET, "-f", "lavfi", "-i", "testsrc", "-f", "rawvideo"],
    path(output.name),
  ]);
  {
    await using connection = await output.accept();
    await connection.read(new Uint8Array(100_000));
  }
  const { code } = await ffmpeg.ended();
  assertEquals(code, 1);
});
