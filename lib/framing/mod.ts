/**
 * Messages in a stream of bytes: lines, lengths, `Content-Length` headers and
 * JSON, for connections, children and anything else that carries bytes.
 *
 * Each length that comes from outside has a limit.
 *
 * @example The messages of a language server
 * ```ts
 * import { connectPipe, FramedConnection, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("language-server");
 * await using client = await connectPipe("language-server");
 * await using server = await listener.accept();
 *
 * const rpc = new FramedConnection(client, "content-length");
 * await rpc.writeJson({ jsonrpc: "2.0", id: 1, method: "shutdown" });
 * const { value } = await new FramedConnection(server, "content-length")
 *   .messages().next();
 * console.log(new TextDecoder().decode(value ?? undefined));
 * ```
 *
 * @module
 */

// framing.ts has the forms and encodes them, decoder.ts finds messages. Streams
// (streams.ts) and connections (connection.ts) use both.
export { type ByteConnection, FramedConnection } from "./connection.ts";
export { FrameDecoder, type FrameOptions } from "./decoder.ts";
export { encodeFrame, type Framing, type LengthPrefix } from "./framing.ts";
export { type ByteReader, readExactly } from "./read_exactly.ts";
export {
  FrameDecoderStream,
  FrameEncoderStream,
  JsonDecoderStream,
  JsonEncoderStream,
} from "./streams.ts";
export type { WaitOptions } from "../io/wait/wait_options.ts";
