/** Values as TOML spells them. */

/** A text, a list of texts, true or false. */
export function tomlOf(value: string | boolean | readonly string[]): string {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? quoted(value) : `[${value.map(quoted).join(', ')}]`;
}

/** JSON's strings are TOML's, but for what TOML wants escaped as well. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\x7f', '\\u007F');
