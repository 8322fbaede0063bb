// These hold for the real packages and for the fallback alike.
import {
  assert,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { format as formatBytes } from "@std/fmt/bytes";
import { bold, red, setColorEnabled, stripAnsiCode } from "@std/fmt/colors";
import { format as formatDuration } from "@std/fmt/duration";

function fails(fn: () => void): void {
  assertThrows(fn, AssertionError);
}

Deno.test("parseArgs() takes booleans, strings and operands", () => {
  const args = parseArgs(["a", "--flag", "b", "--name", "x", "--size=7"], {
    boolean: ["flag", "other"],
    string: ["name"],
  });
  assertEquals(args.flag, true);
  assertEquals(args.other, false);
  assertEquals(args.name, "x");
  assertEquals(args.size, 7);
  assertEquals(args._, ["a", "b"]);
});

Deno.test("parseArgs() keeps declared strings as they are", () => {
  const args = parseArgs(["--n", "007", "--empty", "--eq=a=b", "--e=", "12"], {
    string: ["n", "empty", "eq", "e", "_"],
  });
  assertEquals({ ...args }, {
    _: ["12"],
    n: "007",
    empty: "",
    eq: "a=b",
    e: "",
  });
});

Deno.test("parseArgs() collects", () => {
  const args = parseArgs(["--x", "1", "-x", "2", "--x=3"], {
    string: ["x", "y"],
    collect: ["x", "y"],
  });
  assertEquals(args.x, ["1", "2", "3"]);
  assertEquals(args.y, []);
});

Deno.test("parseArgs() follows aliases", () => {
  const args = parseArgs(["-q", "-n", "a"], {
    boolean: ["quiet"],
    string: ["name"],
    alias: { quiet: "q", name: ["n", "title"] },
  });
  assertEquals({ ...args }, {
    _: [],
    q: true,
    quiet: true,
    n: "a",
    name: "a",
    title: "a",
  });
});

Deno.test("parseArgs() fills in defaults", () => {
  const args = parseArgs(["--port", "9"], {
    string: ["port", "host"],
    boolean: ["log"],
    default: { host: "here", log: true },
  });
  assertEquals({ ...args }, { _: [], port: "9", host: "here", log: true });
});

Deno.test("parseArgs() negates what can be negated", () => {
  const options = { boolean: ["echo"], negatable: ["echo"] } as const;
  assertEquals(parseArgs(["--no-echo"], options).echo, false);
  assertEquals(parseArgs(["--no-x"], options)["no-x"], true);
});

Deno.test("parseArgs() stops early", () => {
  const args = parseArgs(["--a", "run", "--b", "c"], {
    boolean: ["a"],
    stopEarly: true,
  });
  assertEquals(args.a, true);
  assertEquals(args._, ["run", "--b", "c"]);
});

Deno.test("parseArgs() keeps what follows --", () => {
  assertEquals(parseArgs(["a", "--", "--b"])._, ["a", "--b"]);
  assertEquals(parseArgs(["a", "--", "--b"], { "--": true })["--"], ["--b"]);
});

Deno.test("parseArgs() reports the unknown", () => {
  const seen: unknown[] = [];
  const args = parseArgs(["--known", "a", "--odd", "b", "-z"], {
    string: ["known"],
    unknown: (arg, key, value) => {
      seen.push([arg, key, value]);
      return key === undefined;
    },
  });
  assertEquals(seen, [["--odd", "odd", "b"], ["-z", "z", true]]);
  assertEquals({ ...args }, { _: [], known: "a" });
});

Deno.test("parseArgs() takes short options apart", () => {
  assertEquals({ ...parseArgs(["-abc", "x"]) }, {
    _: [],
    a: true,
    b: true,
    c: "x",
  });
  assertEquals(parseArgs(["-n5", "-k=v"]).n, 5);
  assertEquals(parseArgs(["-n5", "-k=v"]).k, "v");
  assertEquals(parseArgs(["-", "a"])._, ["-", "a"]);
});

Deno.test("parseArgs() takes true and false for a boolean", () => {
  const options = { boolean: ["a"] } as const;
  assertEquals(parseArgs(["--a", "false", "b"], options).a, false);
  assertEquals(parseArgs(["--a=false"], options).a, false);
  assertEquals(parseArgs(["--a", "b"], options)._, ["b"]);
});

Deno.test("format() of bytes", () => {
  assertEquals(formatBytes(0), "0 B");
  assertEquals(formatBytes(999), "999 B");
  assertEquals(formatBytes(1337), "1.34 kB");
  assertEquals(formatBytes(-1_234_567), "-1.23 MB");
  assertEquals(formatBytes(1536, { binary: true }), "1.5 kiB");
  assertEquals(formatBytes(1023, { binary: true }), "1020 B");
  assertEquals(formatBytes(1937, { maximumFractionDigits: 1 }), "1.9 kB");
});

Deno.test("format() of a duration", () => {
  assertEquals(formatDuration(99674), "0d 0h 1m 39s 674ms 0µs 0ns");
  assertEquals(formatDuration(99674, { ignoreZero: true }), "1m 39s 674ms");
  assertEquals(formatDuration(1.5, { ignoreZero: true }), "1ms 500µs");
  assertEquals(
    formatDuration(61_000, { style: "full", ignoreZero: true }),
    "1 minute, 1 second",
  );
  assertEquals(
    formatDuration(99674, { style: "digital" }),
    "00:00:01:39:674:000:000",
  );
  assertEquals(
    formatDuration(99674, { style: "digital", ignoreZero: true }),
    "00:00:01:39:674",
  );
});

Deno.test("colours come and go", () => {
  setColorEnabled(false);
  assertEquals(bold(red("x")), "x");
  setColorEnabled(true);
  assertEquals(stripAnsiCode(bold(red("x"))), "x");
  if (!Deno.noColor) assertEquals(red("x"), "\x1b[31mx\x1b[39m");
});

Deno.test("assertEquals() compares deeply", () => {
  assertEquals({ a: [1, new Uint8Array([2])] }, {
    a: [1, new Uint8Array([2])],
  });
  assertEquals(new Map([["a", new Set([1])]]), new Map([["a", new Set([1])]]));
  assertEquals(NaN, NaN);
  fails(() => assertEquals<unknown>({ a: 1 }, { a: "1" }));
  fails(() => assertEquals<unknown>({ a: undefined }, {}));
  assertNotEquals([1], [2]);
  fails(() => assertNotEquals([1], [1]));
});

Deno.test("assertEquals() reports what differs", () => {
  const error = assertThrows(
    () => assertEquals([1, 2], [1, 3], "the pair"),
    AssertionError,
    "Values are not equal: the pair",
  );
  assertMatch(stripAnsiCode(error.message), /2,?\n[\s\S]*3,?\n/);
});

Deno.test("simple assertions hold and fail", () => {
  assert(1);
  assertFalse(0);
  assertExists("");
  assertStrictEquals(1, 1);
  assertInstanceOf(new TypeError(), Error);
  assertStringIncludes("abc", "b");
  assertArrayIncludes([1, { a: 2 }], [{ a: 2 }]);
  fails(() => assert(0));
  fails(() => assertFalse(1));
  fails(() => assertExists(null));
  fails(() => assertStrictEquals({}, {}));
  fails(() => assertInstanceOf({}, Error));
  fails(() => assertStringIncludes("abc", "x"));
  fails(() => assertArrayIncludes([1], [2]));
  fails(() => assertMatch("a", /b/));
  fails(() => fail("here"));
});

Deno.test("comparisons hold and fail", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(2, 2);
  assertLess(1, 2);
  assertLessOrEqual(2, 2);
  fails(() => assertGreater(1, 1));
  fails(() => assertGreaterOrEqual(1, 2));
  fails(() => assertLess(1, 1));
  fails(() => assertLessOrEqual(2, 1));
});

Deno.test("assertObjectMatch() looks at what is expected", () => {
  assertObjectMatch({ a: 1, b: { c: 2, d: [1, { e: 3, f: 4 }] } }, {
    b: { c: 2, d: [1, { e: 3 }] },
  });
  fails(() => assertObjectMatch({ a: 1 }, { a: 2 }));
  fails(() => assertObjectMatch({ a: 1 }, { b: 1 }));
});

Deno.test("assertThrows() checks class and text, and returns the error", () => {
  const error = assertThrows(
    () => {
      throw new RangeError("too far");
    },
    RangeError,
    "far",
  );
  assertEquals(error.message, "too far");
  fails(() => assertThrows(() => {}));
  fails(() =>
    assertThrows(() => {
      throw new Error("a");
    }, TypeError)
  );
  fails(() =>
    assertThrows(
      () => {
        throw new Error("a");
      },
      Error,
      "b",
    )
  );
});

Deno.test("assertRejects() checks class and text, and returns the error", async () => {
  const error = await assertRejects(
    () => Promise.reject(new RangeError("too far")),
    RangeError,
    "far",
  );
  assertEquals(error.message, "too far");
  await assertRejects(
    () => assertRejects(() => Promise.resolve()),
    AssertionError,
  );
});
