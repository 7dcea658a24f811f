/** A frame: one line that says what follows, then whole lines of a file as they are. sdr-wire(7) is its documentation. */
import { parseName } from '../sinks/directory/names.ts';
import { WireError } from './error.ts';

/** Whose bytes, of which file, and where they belong. */
export interface Head {
  /** Name of the host, as its user chose it. */
  readonly host: string;
  /** 16 hexadecimal digits that tell one machine from another of the same name. */
  readonly machine: string;
  /** 16 hexadecimal digits that tell one directory from another of the same machine. */
  readonly instance: string;
  /** `cpurec-20261121.csv` */
  readonly file: string;
  /** Where the bytes begin in the file. */
  readonly offset: number;
  /** How many they are; 0 asks how far the receiver is. */
  readonly length: number;
  /** CRC-32 of the {@link before} bytes before `offset`. */
  readonly crc: number;
}

export interface Frame extends Head {
  /** Whole lines: the last byte is LF. */
  readonly bytes: Uint8Array;
}

/** How many bytes before a frame its `crc` covers, at most. */
export const before = 4096;

/** The longest first line of a frame, LF included. */
export const longestHead = 512;

const hostName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const digits16 = /^[0-9a-f]{16}$/;

export const isHost = (text: string): boolean => hostName.test(text);

/** Names of ours only, so that none leads out of a directory. */
export const isFile = (text: string): boolean => text.length <= 100 && parseName(text)?.compressed === false;

export function headText({ host, machine, instance, file, offset, length, crc }: Head): string {
  return `#sdr ${host} ${machine} ${instance} ${file} ${offset} ${length} ${crc.toString(16).padStart(8, '0')}\n`;
}

/** Reads a first line, without its LF. Throws a WireError (400). */
export function parseHead(line: string): Head {
  const words = line.split(' ');
  const [mark, host = '', machine = '', instance = '', file = '', offset = '', length = '', crc = ''] = words;
  if (mark !== '#sdr' || words.length !== 8) throw refused('a frame beginning with #sdr and seven words', line);
  if (!isHost(host)) throw refused('a host name', host);
  if (!digits16.test(machine)) throw refused('a machine of 16 hexadecimal digits', machine);
  if (!digits16.test(instance)) throw refused('an instance of 16 hexadecimal digits', instance);
  if (!isFile(file)) throw refused('a file name such as cpurec-20261121.csv', file);
  if (!/^[0-9a-f]{8}$/.test(crc)) throw refused('a checksum of 8 hexadecimal digits', crc);
  return {
    host,
    machine,
    instance,
    file,
    offset: amount('an offset', offset),
    length: amount('a length', length),
    crc: Number.parseInt(crc, 16),
  };
}

/** Reads first lines, of which those of a file are alike: what is before the last three words is looked through once. */
export class Heads {
  /** By the start of the line. */
  private readonly known = new Map<string, Head>();
  private readonly most: number;

  /** `most`: files that are remembered. */
  constructor(most = 16_384) {
    this.most = most;
  }

  /** As {@link parseHead} does. Throws a WireError (400). */
  parse(line: string): Head {
    const crcAt = line.lastIndexOf(' ');
    const lengthAt = line.lastIndexOf(' ', crcAt - 1);
    const offsetAt = line.lastIndexOf(' ', lengthAt - 1);
    const start = line.slice(0, Math.max(offsetAt, 0));
    const last = this.known.get(start);
    if (last === undefined) return this.remember(start, parseHead(line));
    const crc = line.slice(crcAt + 1);
    if (!/^[0-9a-f]{8}$/.test(crc)) throw refused('a checksum of 8 hexadecimal digits', crc);
    return {
      host: last.host,
      machine: last.machine,
      instance: last.instance,
      file: last.file,
      offset: amount('an offset', line.slice(offsetAt + 1, lengthAt)),
      length: amount('a length', line.slice(lengthAt + 1, crcAt)),
      crc: Number.parseInt(crc, 16),
    };
  }

  /** Strangers may send as many names as they like. */
  private remember(start: string, head: Head): Head {
    if (this.known.size >= this.most) this.known.clear();
    this.known.set(start, head);
    return head;
  }
}

function amount(what: string, word: string): number {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(word)) throw refused(what, word);
  return Number(word);
}

function refused(wanted: string, got: string): WireError {
  const printable = got.replace(/[^\x20-\x7e]/g, '?');
  const short = printable.length > 80 ? `${printable.slice(0, 80)}…` : printable;
  return new WireError(400, `expected ${wanted}, got "${short}"`);
}
