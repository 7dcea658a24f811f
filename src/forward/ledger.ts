/**
 * How far a destination is with each file. It is a hint: a receiver that knows better is believed, and one that is lost, garbled or of
 * another directory is asked for again. `.sdr/forward-<hash>.json` keeps it.
 */
import type { Engine, Files } from '../host.ts';
import { errno } from '../host.ts';
import { ascii } from '../parse.ts';
import { readBytes, remove, replaceFile, syncDirectory } from '../store.ts';
import { utf8 } from '../text.ts';
import { score } from './identity.ts';
import { Turn } from './turn.ts';

export interface Entry {
  /** Which of the destination's URLs has the file: a file has one home. -1 = none yet, -2 = perhaps one that did not say so yet. */
  home: number;
  /** Bytes that it has for good. */
  next: number;
  /** Bytes of the file when it was last looked at. */
  size: number;
}

export const nowhere = -1;
export const unknown = -2;

/** Milliseconds between two writings of what may be lost: each wears an SD card, and what is sent twice is stored once. */
const pause = 30_000;
/** Of thousands of files, notes are long: bytes a millisecond that are written in the mean. */
const wear = 1;
/** It is written this often even if nothing has changed: whoever removes files looks whether it is still in use. */
const hour = 3_600_000;

type World = Pick<Engine, 'files' | 'clock' | 'pid' | 'isAlive'>;

export class Ledger {
  entries = new Map<string, Entry>();
  /** Bytes that vanished before they were sent. */
  lost = 0;
  instance = '';
  /** Whether nothing was known of this instance at the start, so that receivers have to be asked. */
  isBlank = true;
  /** Whose turn it is to send. */
  readonly turn: Turn;
  private readonly engine: World;
  private readonly to: string;
  private readonly host: string;
  private readonly path: string;
  private readonly temporary: string;
  private isDirty = false;
  private written = Number.NEGATIVE_INFINITY;
  private length = 0;

  /** `host`: under another name nothing was sent yet. */
  constructor(engine: World, directory: string, to: string, host: string) {
    this.engine = engine;
    this.to = to;
    this.host = host;
    const hash = [to, `${to} ${to}`].map((text) => score(text).toString(16).padStart(8, '0')).join('');
    this.path = `${directory}/.sdr/forward-${hash}.json`;
    this.temporary = `${directory}/.sdr/.forward-${hash}.${engine.pid}`;
    this.turn = new Turn(engine, `${directory}/.sdr/forward-${hash}.pid`, this.temporary);
  }

  /** Reads what was kept of this instance. */
  open(instance: string): void {
    this.entries = new Map();
    this.instance = instance;
    this.isDirty = true;
    this.isBlank = !this.read(instance);
    this.sweep();
  }

  /** What others left half written when they were killed. */
  private sweep(): void {
    const { files, pid } = this.engine;
    const folder = this.path.slice(0, this.path.lastIndexOf('/'));
    const prefix = this.temporary.slice(folder.length + 1).replace(/\d+$/, '');
    for (const name of namesIn(files, folder)) {
      const owner = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : pid;
      if (owner !== pid && !this.engine.isAlive(owner)) remove(files, `${folder}/${name}`);
    }
  }

  private read(instance: string): boolean {
    try {
      const bytes = readBytes(this.engine.files, this.path);
      if (bytes === null) return false;
      const kept = Object(JSON.parse(ascii(bytes)));
      if (kept.to !== this.to || kept.host !== this.host || kept.instance !== instance) return false;
      const entries = Object.entries(Object(kept.files)).map(
        ([file, entry]) => [file, entryOf(Object(entry))] as const,
      );
      if (entries.some(([, entry]) => entry === null)) return false;
      for (const [file, entry] of entries) if (entry) this.entries.set(file, entry);
      this.lost = Number(kept.lost) || 0;
      return true;
    } catch (error) {
      if (errno(error) === '' && !(error instanceof SyntaxError)) throw error;
      return false;
    }
  }

  /** What is known of a file; made when nothing is. */
  of(file: string): Entry {
    const known = this.entries.get(file);
    if (known) return known;
    const made: Entry = { home: nowhere, next: 0, size: 0 };
    this.entries.set(file, made);
    return made;
  }

  /** Something has changed. */
  touch(): void {
    this.isDirty = true;
  }

  forget(file: string): void {
    if (this.entries.delete(file)) this.isDirty = true;
  }

  /** Whether something waits to be written down, and has waited long enough or `isUrgent`. */
  isDue(isUrgent: boolean): boolean {
    const age = this.engine.clock.monotonic() - this.written;
    if (isUrgent) return this.isDirty;
    return age >= Math.max(pause, this.length / wear) && (this.isDirty || age >= hour);
  }

  /** Writes it down; `isSafe` survives a power cut that comes at once. Throws a SystemError. */
  save(isSafe = false): void {
    const { files, clock } = this.engine;
    const { to, host, instance, lost, entries } = this;
    const text = JSON.stringify({ to, host, instance, lost, files: Object.fromEntries(entries) });
    this.length = text.length;
    try {
      replaceFile(files, this.path, this.temporary, utf8(`${text}\n`), true);
      if (isSafe) syncDirectory(files, this.path.slice(0, this.path.lastIndexOf('/')));
    } catch (error) {
      remove(files, this.temporary);
      throw error;
    } finally {
      this.written = clock.monotonic();
    }
    this.isDirty = false;
  }
}

/** None where they cannot be listed. */
function namesIn(files: Files, folder: string): readonly string[] {
  try {
    return files.names(folder);
  } catch (error) {
    if (errno(error) === '') throw error;
    return [];
  }
}

function entryOf({ home, next, size }: Record<string, unknown>): Entry | null {
  const numbers = [home, next, size].map(Number);
  const [where = 0, done = 0, length = 0] = numbers;
  if (!numbers.every(Number.isInteger) || where < unknown || done < 0 || length < 0) return null;
  return { home: where, next: done, size: length };
}
