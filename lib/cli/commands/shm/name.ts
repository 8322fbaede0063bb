/** The full name of shared memory: a bare one belongs to this session. */
export function wholeName(name: string): string {
  return /^(?:Local|Global)\\/.test(name) ? name : `Local\\${name}`;
}
