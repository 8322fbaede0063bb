import {
  FramedConnection,
  FrameDecoderStream,
  type Framing,
  listenPipe,
  type PipeConnection,
  readExactly,
} from "../../../mod.ts";
import { text } from "../../support/names.ts";
import "../../support/native.ts";
import { type Cell, ended, matrix, type Scene } from "./matrix.ts";

const LONG = { timeout: 20_000 };

/** A server of ours, with the client of the other side. */
async function served(
  { name, does }: Scene,
  use: (server: PipeConnection) => Promise<string>,
): Promise<string> {
  await using listener = listenPipe(name, {
    inputBuffer: 64,
    outputBuffer: 64,
  });
  const accepting = listener.accept();
  await does("pipe connect");
  await using server = await accepting;
  return await use(server);
}

/** What the next two reads of messages from the client give. */
async function nextTwo(
  server: PipeConnection,
  framing: Framing = "u32be",
): Promise<string> {
  const frames = new FramedConnection(server, framing);
  return `${await next(frames)}, ${await next(frames)}`;
}

async function next(frames: FramedConnection): Promise<string> {
  return await ended(
    frames.readMessage(LONG),
    (message: Uint8Array | null) => message === null ? "end" : text(message),
  );
}

const CELLS: readonly Cell[] = [
  {
    fault: "the other side closes after a message",
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write frame");
        await scene.does("pipe close");
        return await nextTwo(server);
      }),
    seen: "whole, end",
  },
  {
    fault: "the other side dies within a message",
    dies: true,
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write half a frame");
        await scene.kill();
        return await nextTwo(server);
      }),
    seen: "UnexpectedEof, UnexpectedEof",
  },
  {
    fault: "the other side closes within what is read exactly",
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write half a frame");
        await scene.does("pipe close");
        return await ended(readExactly(server, 9, LONG));
      }),
    seen: "UnexpectedEof",
  },
  {
    fault: "the other side closes within a message of a stream",
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write frame");
        await scene.does("pipe write half a frame");
        await scene.does("pipe close");
        const messages: string[] = [];
        const reading = (async () => {
          const frames = server.readable
            .pipeThrough(new FrameDecoderStream("u32be"));
          for await (const message of frames) messages.push(text(message));
        })();
        return `${await ended(reading)} after ${messages}`;
      }),
    seen: "UnexpectedEof after whole",
  },
  {
    fault: "the other side closes within a line",
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write half");
        await scene.does("pipe close");
        return await nextTwo(server, "line");
      }),
    seen: "4, ab",
  },
  {
    fault: "the other side is silent within a message, and goes on",
    run: (scene) =>
      served(scene, async (server) => {
        const frames = new FramedConnection(server, "u32be");
        await scene.does("pipe write half a frame");
        const first = await ended(frames.readMessage({ timeout: 50 }));
        await scene.does("pipe write the other half");
        return `${first}, then ${await next(frames)}`;
      }),
    seen: "TimeoutError, then whole",
  },
  {
    fault: "the other side announces 4 GiB",
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write a frame without end");
        return await nextTwo(server);
      }),
    seen: "InvalidData, InvalidData",
  },
  {
    fault: "the other side sends a request for headers with a length",
    run: (scene) =>
      served(scene, async (server) => {
        await scene.does("pipe write request");
        return await nextTwo(server, "content-length");
      }),
    seen: "InvalidData, InvalidData",
  },
  {
    fault: "the other side never reads",
    run: (scene) =>
      served(scene, async (server) => {
        const frames = new FramedConnection(server, "u32be");
        const much = new Uint8Array(1 << 20);
        const first = await ended(frames.writeMessage(much, { timeout: 50 }));
        return `${first}, then ${await ended(frames.writeMessage(much))}`;
      }),
    seen: "TimeoutError, then BrokenPipe",
  },
  {
    fault: "the other side dies while we write",
    dies: true,
    run: (scene) =>
      served(scene, async (server) => {
        const frames = new FramedConnection(server, "u32be");
        const writing = ended(frames.writeMessage(new Uint8Array(1 << 20)));
        await scene.kill();
        return await writing;
      }),
    seen: "BrokenPipe",
  },
];

matrix("framing", CELLS);
