/** What a recorder of one's own is made with (`--recorder FILE`): the words of recorders/README.md. */
import { ParseError, SdrError } from '../errors.ts';
import { indexes } from '../formula.ts';
import { decodeId, encodeId } from '../parse.ts';
import { defineRecorder } from '../recorder.ts';
import { busy, counter, gauge, level, meanMs, own, part, rate, share, text, words } from '../schema.ts';
import { utf8 } from '../text.ts';

export const kit = {
  defineRecorder,
  counter,
  gauge,
  text,
  level,
  part,
  rate,
  share,
  busy,
  meanMs,
  own,
  words,
  indexes,
  /** A name that somebody chose, as a key that needs no quotes. */
  id: (name: string): string => encodeId(utf8(name)),
  nameOf: decodeId,
  /** Lines of what a program printed. */
  linesOf,
  ParseError,
  SdrError,
};

/** The lines of a program's output, as far as it is ASCII or UTF-8. */
function linesOf(bytes: Uint8Array): readonly string[] {
  let escaped = '';
  for (const byte of bytes) escaped += byte < 0x80 && byte !== 0x25 ? String.fromCharCode(byte) : percent(byte);
  return escaped
    .split('\n')
    .map((line) => decodeId(line.replace(/\r$/, '')))
    .filter((line) => line !== '');
}

const percent = (byte: number): string => `%${byte.toString(16).padStart(2, '0')}`;
