import { assertEquals } from "@std/assert";
import { matcher } from "../../lib/objects/pattern.ts";

Deno.test("matcher() takes * and ? for the whole name, and a text for a part of it, in any case", () => {
  const cases: [pattern: string, name: string, matches: boolean][] = [
    ["*", "", true],
    ["", "any", true],
    ["jobs", "Local\\my.JOBS.event", true],
    ["jobs", "job", false],
    ["jobs*", "jobs.event", true],
    ["jobs*", "my.jobs", false],
    ["Local\\*.event", "local\\a.b.event", true],
    ["Local\\*.event", "Global\\a.event", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a.c", "abc", false],
    ["a?c", "a😀c", true],
    ["*😀[x]$^(", "y😀[X]$^(", true],
    ["ünï*", "ÜNÏ x", true],
    ["a*b", "a\nb", true],
  ];
  for (const [pattern, name, matches] of cases) {
    assertEquals(matcher(pattern)(name), matches, `${pattern} ${name}`);
  }
});
