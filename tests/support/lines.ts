/** The lines of a stream of bytes. */
export function linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  return lines(stream.getReader());
}

async function* lines(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  // Each chunk is searched once: a long line comes in many of them.
  let begun: string[] = [];
  for (let done = false; !done;) {
    const read = await reader.read();
    done = read.done;
    const pieces = decoder.decode(read.value, { stream: !done }).split("\n");
    for (const piece of pieces.slice(0, -1)) {
      yield (begun.join("") + piece).replace(/\r$/, "");
      begun = [];
    }
    begun.push(pieces.at(-1)!);
  }
  const rest = begun.join("");
  if (rest !== "") yield rest;
}
