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
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const whole = rest.split(/\r?\n/);
    rest = whole.pop()!;
    yield* whole;
    if (done) break;
  }
  if (rest !== "") yield rest;
}
