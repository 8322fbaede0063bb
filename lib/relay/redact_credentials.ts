/**
 * Removes users, passwords and tokens from the addresses in messages, because
 * logs keep messages.
 *
 * @module
 */

/**
 * A URL, or a list of servers, for a message. A password may have a `/`, a `,`
 * or a `?`, and the query may be a token (RFC 6750, section 5.3).
 */
export function redactUrl(url: string): string {
  return url.replace(/\?(.*@)?.*$/s, (_, at) => at ? "@?***" : "?***")
    .replace(/^((?:[a-z]+:)?\/\/)?.*@/is, "$1***@");
}

/** `SUBJECT[@SERVER]` for a message. */
export function redactSubject(text: string): string {
  const at = text.indexOf("@") + 1;
  if (at === 0) return text;
  const subject = text.slice(0, at);
  // A server without a subject, by mistake.
  if (subject.includes("//")) return redactUrl(text);
  return subject + redactUrl(text.slice(at));
}
