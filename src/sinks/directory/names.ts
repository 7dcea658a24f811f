/** File names of a directory: `<recorder>-YYYYMMDD.csv`, `<recorder>-YYYYMMDDrNNNN.csv`, either with `.gz`. A name is never used twice. */

export interface Name {
  readonly recorder: string;
  /** UTC day, YYYYMMDD. */
  readonly day: string;
  /** 0 for the plain name. */
  readonly revision: number;
  readonly compressed: boolean;
}

const pattern = /^([a-z][a-z0-9_]*)-(\d{8})(?:r(\d{4,}))?\.csv(\.gz)?$/;

/** Null when the name is not ours. */
export function parseName(file: string): Name | null {
  const found = pattern.exec(file);
  if (!found) return null;
  const [, recorder = '', day = '', revision = '0', gz] = found;
  return { recorder, day, revision: Number(revision), compressed: gz !== undefined };
}

export function fileName(recorder: string, day: string, revision: number): string {
  const suffix = revision === 0 ? '' : `r${String(revision).padStart(4, '0')}`;
  return `${recorder}-${day}${suffix}.csv`;
}

/** Milliseconds of a day. */
export const dayMs = 86_400_000;

/** The UTC day of a time in milliseconds since the epoch, YYYYMMDD. */
export function dayOf(time: number): string {
  const date = new Date(time);
  return String(date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()).padStart(8, '0');
}

/** Midnight at the start of a day, milliseconds since the epoch. */
export function startOf(day: string): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
}

/** Older first: by day, then by revision. */
export function byAge(a: Name, b: Name): number {
  return a.day === b.day ? a.revision - b.revision : a.day < b.day ? -1 : 1;
}
