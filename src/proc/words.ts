/** Words in small files: what firmware, boards and people wrote, which may be anything. */
import type { Machine } from '../machine.ts';

const sequence = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;

/** A text that was read a byte a character, as the UTF-8 that it is; U+FFFD for each byte that is none. */
export function decoded(bytes: string): string {
  return bytes.replace(sequence, (part) => {
    const escaped = Array.from(part, (byte) => `%${byte.charCodeAt(0).toString(16)}`).join('');
    try {
      return decodeURIComponent(escaped);
    } catch {
      return '\ufffd'.repeat(part.length);
    }
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must go
const blanks = /[\s\u0000-\u001f\u007f-\u009f]+/g;

/** A text on one line without blanks around it, each run of blanks and control characters one; null when nothing is left. */
export const tidy = (text: string | null | undefined): string | null => text?.replace(blanks, ' ').trim() || null;

/** The text of a file of /sys, /proc or the device tree (whose texts end in NUL); null without one. */
export function told(machine: Machine, path: string): string | null {
  const [text = ''] = (machine.text(path) ?? '').split('\0');
  return tidy(decoded(text));
}

/** As {@link told}, but what makers of boards leave in fields that they should have filled in is nothing. */
export function filledIn(machine: Machine, path: string): string | null {
  const text = told(machine, path);
  return text === null || unset.test(text) ? null : text;
}

const unset =
  /^(?:to be filled (?:in )?by o\.?e\.?m\.?|default string|system (?:product name|manufacturer|serial number|version)|base board serial number|not (?:specified|applicable|available|present)|undefined|invalid|none|null|n\/a|[0x.\- ]+|o\.?e\.?m\.?|unknown|empty|123456789|03000200-0400-0500-0006-000700080009|[0f-]+)$/i;

/** Words that are there, with blanks between; null when none is. */
export const joined = (...words: readonly (string | null)[]): string | null =>
  words.filter((word) => word !== null).join(' ') || null;
