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
    ["a*bc*d", "ab.bc.bcd", true],
    ["a*bc*d", "a.bd", false],
    ["a**a", "a", false],
    ["*a?*?", "aab", true],
    ["*a?*?", "ab", false],
    // A name has at most 32,767 characters.
    ["*-*-*-*x", "-".repeat(32_767), false],
  ];
  for (const [pattern, name, matches] of cases) {
    const shown = `${pattern} ${name.slice(0, 40)}`;
    assertEquals(matcher(pattern)(name), matches, shown);
  }
});
