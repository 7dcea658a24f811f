/** Shell patterns for device names: `*`, `?` and `[…]`, as in `--devices nicrec='eth*'`. */

/** A pattern as a test of whole names. */
export function glob(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\[!?[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return part.replace(/[.+^${}()|[\]\\/]/, '\\$&');
  });
  try {
    const expression = new RegExp(`^(?:${source})$`);
    return (name) => expression.test(name);
  } catch {
    // A range that runs backwards, such as [z-a], fits nothing but itself.
    return (name) => name === pattern;
  }
}
