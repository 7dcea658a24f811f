/** The C module of src/hosts/quickjs.c; the comments there say what each function does. */
declare module 'sdr:posix' {
  type Stat = import('../host.ts').Stat;
  type Space = import('../host.ts').Space;

  /** A gzip stream; the engine frees it. */
  export interface Zip {
    readonly kind: unique symbol;
  }
  export interface Pumped {
    readonly took: number;
    readonly made: number;
    readonly ended: boolean;
  }

  export const version: string;
  export function open(path: string, mode: number, permissions: number): number;
  export function read(fd: number, into: Uint8Array, offset: number, length: number, position: number): number;
  export function write(fd: number, from: Uint8Array, offset: number, length: number): number;
  export function close(fd: number): void;
  export function fsync(fd: number): void;
  export function isTerminal(fd: number): boolean;
  export function ftruncate(fd: number, length: number): void;
  export function fstat(fd: number): Stat;
  export function stat(path: string): Stat;
  export function link(from: string, to: string): void;
  export function rename(from: string, to: string): void;
  export function unlink(path: string): void;
  export function mkdir(path: string, permissions: number): void;
  export function names(path: string): readonly string[];
  export function space(path: string): Space;
  export function spawn(
    path: string,
    words: readonly string[] | null | false,
  ): readonly [pid: number, stdout: number, stderr: number, failed: number];
  export function reap(pid: number): number | null | undefined;
  export function killGroup(pid: number): void;
  export function dial(address: string, port: number): number;
  export function dialed(fd: number): void;
  export function memory(bytes: Uint8Array): number;
  export function checksum(bytes: Uint8Array): number;
  export function isProgram(path: string): boolean;
  export function arch(): string;
  export function addresses(): readonly string[];
  export function wall(): number;
  export function monotonic(): number;
  export function pid(): number;
  export function uid(): number;
  export function isAlive(pid: number): boolean;
  export function env(name: string): string | undefined;
  export function args(): string[];
  export function exit(code: number): never;
  export const numbers: import('../parse.ts').Numbers;
  export const latin: import('../parse.ts').Latin;
  export const cells: import('../text.ts').Cells;
  export const lead: import('../text.ts').Lead;
  export const difference: import('../growth.ts').Difference;
  export const compute: import('../formula.ts').Compute;
  export const again: import('../proc/table.ts').Again;
  export const behind: import('../proc/keys.ts').Behind;
  export const number: import('../parse.ts').One;
  export const copy: import('../proc/table.ts').Copy;
  export const under: import('../proc/small.ts').Under;
  export function blank(values: Float64Array): void;
  export const grow: import('../proc/sums.ts').Grow;
  export const share: import('../proc/sums.ts').Share;
  export const decimal: import('../parse.ts').One;
  export const totals: import('../proc/pressure.ts').Totals;
  export const row: import('../text.ts').Row;
  export const backlog: import('../proc/small.ts').Backlog;
  export function encode(text: string): Uint8Array<ArrayBuffer>;
  export function decode(bytes: Uint8Array, offset: number, length: number): string;
  export function zip(level: number): Zip;
  export function pump(
    zip: Zip,
    from: Uint8Array,
    offset: number,
    length: number,
    into: Uint8Array,
    last: boolean,
  ): Pumped;
  export function fail(code: string, text: string): never;
  export function at(deadline: number, then: () => void): number;
  export function cancel(number: number): void;
  export function watch(fd: number, then: (() => void) | null, writes?: boolean): void;
  export function onSignal(signal: import('../host.ts').Signal | 'CHLD', then: () => void): void;
  export function load(name: string): Promise<unknown>;
  export function loadNow(name: string): Readonly<Record<string, unknown>>;
  export function loadFile(path: string, text: string): readonly [evaluated: Promise<unknown>, namespace: unknown];
}
