import { assert, assertEquals, assertThrows } from "@std/assert";
import { kernel32 } from "../../lib/win32/kernel32.ts";
import { createEvent, trace, type TraceRecord } from "../../mod.ts";
import "../support/native.ts";

Deno.test("trace() writes lines of text", () => {
  const lines: string[] = [];
  {
    using _trace = trace({ write: (line) => lines.push(line) });
    using _event = createEvent("winipc \n trace");
  }
  const [create, close] = lines;
  const number = String.raw`\d+(\.\d)?`;
  const head = `^${Deno.pid} main \\+\\d+\\.\\d{3} ms sync `;
  const matches = (line: string | undefined, pattern: string) =>
    assert(new RegExp(head + pattern).test(line ?? ""), line);
  matches(
    create,
    String
      .raw`CreateEventW\(lpEventAttributes=NULL, bManualReset=0, bInitialState=0, lpName="winipc \\x0a trace"\) = 0x[0-9a-f]+, ${number} µs$`,
  );
  matches(
    close,
    String
      .raw`CloseHandle\(hObject=0x[0-9a-f]+\) = 1, ${number} µs on winipc \\x0a trace$`,
  );
});

Deno.test("trace() writes a file of JSON lines, anew", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "what was there\n");
    {
      using _trace = trace({ file });
      kernel32().raw.GetCurrentProcessId();
    }
    const [line, ...rest] = (await Deno.readTextFile(file)).split("\n");
    assertEquals(rest, [""]);
    const { name, result } = JSON.parse(line!) as TraceRecord;
    assertEquals([name, result], ["GetCurrentProcessId", Deno.pid]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("trace() takes one place", () => {
  assertThrows(
    () => trace({ file: "x", write: () => {} }),
    TypeError,
    "give one of sink, file and write",
  );
});
