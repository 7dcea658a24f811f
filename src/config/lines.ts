/**
 * On which lines of a TOML document (https://toml.io/en/v1.0.0) its tables and keys stand. The document is known to be right: what
 * is looked for is where, not what.
 */

/** What separates the parts of a path: no key can hold it. */
const separator = '\0';

const strings = `"""(?:\\\\[^]|[^\\\\])*?"{3,5}|'''[^]*?'{3,5}|"(?:\\\\.|[^"\\\\\\n])*"|'[^'\\n]*'`;
/** Blanks and comments between statements. */
const between = /(?:\s+|#[^\n]*)+/y;
const header = new RegExp(`\\[\\[?(?:${strings}|[^\\]"'])*\\]\\]?`, 'y');
const name = new RegExp(`(?:${strings}|[^="'\\n])+=`, 'y');
/** A piece of a value. */
const piece = new RegExp(`${strings}|#[^\\n]*|[[\\]{}\\n]|[^"'#[\\]{}\\n]+|.`, 'y');
const part = /"(?:\\.|[^"\\])*"|'[^']*'|[\w-]+/g;

/** A path as the map below has it. */
export const pathOf = (...parts: readonly string[]): string => parts.join(separator);

/** The line of each table and key, counted from 1, where it comes first. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const walk = new Walk(text);
  while (walk.isInside) walk.statement();
  return walk.found;
}

class Walk {
  readonly found = new Map<string, number>();
  private readonly text: string;
  private table: readonly string[] = [];
  private line = 1;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isInside(): boolean {
    return this.at < this.text.length;
  }

  statement(): void {
    const before = this.at;
    this.take(between);
    const head = this.take(header);
    const key = head === '' ? this.take(name) : '';
    if (head !== '') {
      this.table = partsOf(head);
      this.note(this.table);
    } else if (key !== '') {
      this.note([...this.table, ...partsOf(key)]);
      this.value();
    }
    // A document that is not right after all must not hold us.
    if (this.at === before) this.at++;
  }

  /** To the end of the line on which no bracket is open. */
  private value(): void {
    let depth = 0;
    for (let token = this.take(piece); token !== ''; token = this.take(piece)) {
      if (token === '\n' && depth === 0) return;
      if (token === '[' || token === '{') depth++;
      if (token === ']' || token === '}') depth--;
    }
  }

  /** What stands here, and moves behind it; '' when it is something else. */
  private take(what: RegExp): string {
    what.lastIndex = this.at;
    const token = what.exec(this.text)?.[0] ?? '';
    this.at += token.length;
    this.line += token.split('\n').length - 1;
    return token;
  }

  private note(path: readonly string[]): void {
    for (let length = 1; length <= path.length; length++) {
      const key = pathOf(...path.slice(0, length));
      if (!this.found.has(key)) this.found.set(key, this.line);
    }
  }
}

const partsOf = (text: string): readonly string[] => [...text.matchAll(part)].map(([each]) => unquoted(each));

function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
