/**
 * Removes users, passwords and tokens from the addresses in messages, because
 * logs keep messages.
 *
 * @module
 */

/** A list of servers, or a URL, for a message. */
export function redactServers(servers: string): string {
  return servers.replace(/(^|,|\/\/)[^,/]+@/g, "$1***@");
}

/** `SUBJECT[@SERVER]` for a message. */
export function redactSubject(text: string): string {
  const at = text.indexOf("@") + 1;
  if (at === 0) return text;
  return text.slice(0, at) + redactServers(text.slice(at));
}
