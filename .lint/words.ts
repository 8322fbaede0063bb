/**
 * Holds the plain English of comments, messages and texts: phrases that make a
 * sentence hard to read, and the form of error messages.
 */

/** A phrase that is not allowed, and what to write instead. */
interface Banned {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** The start of a sentence. */
const START = "(?:^|[.:;!?] |\\n\\n|- )";

/** The phrases that are not allowed anywhere. */
const EVERYWHERE: readonly Banned[] = [
  banned("lest", '"so that … not"'),
  banned("in the place of", '"instead of"'),
  banned("(?:of )?one's own", '"your own", or the owner\'s name'),
  banned("harmless", '"safe"'),
  banned("(?<!there )(?:is|are|was|were) none", "what is missing or wrong"),
  banned("(?:to be|could be|can be) had", '"available"'),
  banned("all the same", '"anyway", or nothing'),
  banned("heed(?:s|ed)?", '"follow" or "notice"'),
  banned("errands?|tellers?|clerks?|doorbells?", "the field's term"),
  banned("mend(?:s|ed)?", '"fix"'),
  banned("would not do", '"is not enough"'),
  {
    pattern: /\S @(?:param|returns|throws)\b/,
    instead: "each tag on a line of its own",
  },
];

/** The phrases that are not allowed in pages and in code that users read, which is all but the tests. */
const FOR_READERS: readonly Banned[] = [
  banned("g[ia]ve?(?:s|n)? up|giving up", '"cancel", "abort" or "time out"'),
  banned("told", '"reported", "notified" or "known"'),
  banned("who-?ever", "the subject"),
  banned("anew", '"again"'),
  banned("thing", "its name"),
  banned("stands? (?:for|in|on|at|by|behind|there|here)", '"is"'),
  banned("so many", "a number, or what it depends on"),
  banned("tells", '"shows", "reports" or "returns"'),
  // "There is no x" and "no longer" are plain English.
  banned(
    "(?<!\\bthere\\s)(?:is|are|was|were) no(?! (?:longer|more|less|one)\\b) \\w+",
    '"is not a …"',
  ),
  {
    pattern: new RegExp(
      `${START}\\**(?:Who(?! may\\b)|Whose|Whom) [^?]*$`,
      "m",
    ),
    instead: "the subject first",
  },
  {
    pattern: new RegExp(
      `${START}\\**What (?:is|was|has|had|a|an|the|it|its|comes|came|goes|waits|uses|takes|needs|runs|does|did|ends|can|may|must|to)\\b[^?.]*(?:[.]|$)`,
      "m",
    ),
    instead: "the subject first",
  },
];

function banned(words: string, instead: string): Banned {
  return { pattern: new RegExp(`\\b(?:${words})\\b`, "i"), instead };
}

/** The first phrase of `text` that is not allowed, as a message. */
export function wordFault(text: string, inTests = false): string | undefined {
  const phrases = inTests ? EVERYWHERE : [...EVERYWHERE, ...FOR_READERS];
  for (const { pattern, instead } of phrases) {
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) {
      return `Write ${instead} instead of ${
        JSON.stringify(found.trim().slice(0, 60))
      }`;
    }
  }
  return undefined;
}

export default {
  name: "words",
  rules: {
    plain: {
      create(context) {
        // The list of phrases, and its test, contain them.
        if (/[\\/]words(?:_test)?\.ts$/.test(context.filename)) return {};
        const inTests = /[\\/]tests[\\/]/.test(context.filename);
        function check(text: string, range: Deno.lint.Range): void {
          const message = wordFault(text, inTests);
          if (message !== undefined) context.report({ range, message });
        }
        return {
          Program() {
            for (const { text, range } of commentsOf(context)) {
              check(text, range);
            }
          },
          Literal({ value, range }) {
            if (typeof value === "string") check(value, range);
          },
          TemplateElement({ cooked, range }) {
            check(cooked, range);
          },
        };
      },
    },
    message: {
      create(context) {
        return {
          NewExpression({ callee, arguments: [first] }) {
            if (!/Error$|^Deno\.errors\./.test(nameOf(callee))) return;
            const text = first && messageOf(first);
            const message = text && messageFault(text);
            if (message) context.report({ node: first, message });
          },
        };
      },
    },
  },
} satisfies Deno.lint.Plugin;

interface Comment {
  readonly text: string;
  readonly range: Deno.lint.Range;
}

/** The comments of a file as running text. Adjacent line comments are one. */
function commentsOf({ sourceCode }: Deno.lint.RuleContext): Comment[] {
  const comments: Comment[] = [];
  let end = -1;
  for (const { type, value, range } of sourceCode.getAllComments()) {
    if (/^[\s*]*deno-/.test(value)) continue;
    const last = comments.at(-1);
    const between = sourceCode.text.slice(end, range[0]);
    if (type === "Line" && last && end >= 0 && /^\s*$/.test(between)) {
      comments[comments.length - 1] = {
        text: `${last.text} ${value.trim()}`,
        range: [last.range[0], range[1]],
      };
    } else comments.push({ text: running(value), range });
    end = type === "Line" ? range[1] : -1;
  }
  return comments;
}

/** Joins the lines of a paragraph, and drops code and quotations. */
function running(comment: string): string {
  return comment
    .replaceAll(/^ *\* ?/gm, "")
    .replaceAll(/^```[^]*?^```$/gm, "")
    .replaceAll(/`[^`]*`|"[^"\n]*"/g, "…")
    .replaceAll(/(?<!\n)\n(?!\n|[-@])/g, " ")
    .trim();
}

function nameOf(callee: Deno.lint.Expression): string {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression") return "";
  const property = callee.property;
  const name = property.type === "Identifier" ? property.name : "";
  return `${nameOf(callee.object as Deno.lint.Expression)}.${name}`;
}

/** The text of a message, with `…` for each expression in it. */
function messageOf(node: Deno.lint.Node): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") {
    return node.value;
  }
  if (node.type !== "TemplateLiteral") return undefined;
  return node.quasis.map(({ cooked }) => cooked).join("…");
}

function messageFault(text: string): string | undefined {
  if (/[^.]\.$/.test(text)) return "end an error message without a full stop";
  if (/^(?:Could not|Failed to|Unable to) /.test(text)) {
    return 'say "Cannot <verb> …: <fact>"';
  }
  if (/^(?:There (?:is|are) no|Say|Something) /.test(text)) {
    return 'say "Unknown …", "Missing …" or "Cannot <verb> …: <fact>"';
  }
  return undefined;
}
