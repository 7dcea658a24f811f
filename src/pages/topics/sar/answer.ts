/** How a flag of another tool is answered: what the pages of sdr-sar(7) are made of, and what its test holds against the schemas. */

/** A column of the other tool, and what sdr has for it: words between backticks are columns of the recorder. */
export type Field = readonly [name: string, ours: string];

export interface Answer {
  /** `-u [ALL]` */
  readonly flags: string;
  /** What it shows. */
  readonly about: string;
  readonly recorder: string;
  /** Whether the columns are those of `--counters`. */
  readonly counters?: true;
  /** Further words of the command. */
  readonly options?: string;
  readonly fields: readonly Field[];
  readonly remark?: string;
}

/** What sdr has no answer for, and what comes near it. */
export interface Silence {
  readonly flags: string;
  readonly about: string;
  readonly why: string;
}

export interface Tool {
  /** Its page. */
  readonly page: string;
  readonly title: string;
  /** How it differs as a whole. */
  readonly remarks: readonly string[];
  readonly answers: readonly Answer[];
  readonly silences: readonly Silence[];
  /** Flags that choose how, not what. */
  readonly manners: readonly Field[];
}

/** The columns that an answer names, each once, in their order. */
export function columnsOf({ fields }: Pick<Answer, 'fields'>): readonly string[] {
  return [...new Set(fields.flatMap(([, ours]) => [...ours.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)))];
}

/** More columns than this are written all, and the command stays short. */
const few = 7;

/** The command that writes them, every second. */
export function commandOf(answer: Answer): string {
  const { recorder, counters, options } = answer;
  const columns = columnsOf(answer);
  const parts = [`sdr ${recorder} 1`];
  if (columns.length > 0 && columns.length <= few) parts.push(...grouped(columns).map((names) => `--columns ${names}`));
  if (counters) parts.push('--counters');
  if (options !== undefined) parts.push(options);
  return parts.join(' ');
}

/** Names with commas between them, in groups that fit on a line of a page: `--columns` may be repeated. */
function grouped(names: readonly string[]): readonly string[] {
  const groups: string[] = [];
  for (const name of names) {
    const last = groups.at(-1);
    if (last !== undefined && last.length + 1 + name.length <= 44) groups[groups.length - 1] = `${last},${name}`;
    else groups.push(name);
  }
  return groups;
}

/** What is said of a field that sdr does not have. */
export const none = 'no answer';
