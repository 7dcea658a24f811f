/**
 * A program that does with the QuickJS engine what quickjs.test.ts asks: its first word names a task, the rest are the
 * task's arguments, what it prints is one JSON value. The test looks at the world afterwards and at Node's answers.
 */
import * as posix from 'sdr:posix';
import { errno } from '../../../src/host.ts';
import { quickjsEngine } from '../../../src/hosts/quickjs.ts';
import { ascii, bytesOf } from '../../../src/parse.ts';
import { loops } from './loops.ts';

const engine = quickjsEngine();
const { files, clock } = engine;

/** The errno's name of what `work` throws, or its result. */
function code(work: () => unknown): unknown {
  try {
    return work() ?? 'done';
  } catch (error) {
    return errno(error) || String(error);
  }
}

function say(value: unknown, fd = 1): void {
  const bytes = posix.encode(`${JSON.stringify(value)}\n`);
  for (let at = 0; at < bytes.length; ) at += files.write(fd, bytes, at, bytes.length - at);
}

function put(fd: number, text: string): number {
  return files.write(fd, bytesOf(text), 0, text.length);
}

/** Walks through a file's life in `dir`. */
function life(dir: string): void {
  const path = `${dir}/a`;
  const made = files.open(path, 'create', 0o640);
  put(made, 'one\n');
  const again = code(() => files.open(path, 'create'));
  const other = files.open(path, 'append');
  put(other, 'two\n');
  put(made, 'three\n');
  files.ftruncate(other, 4);
  put(other, 'four\n');
  files.fsync(other);
  const stat = files.fstat(other);
  files.close(other);
  files.close(made);
  files.link(path, `${dir}/b`);
  files.rename(`${dir}/b`, `${dir}/c`);
  files.mkdir(`${dir}/d`, 0o750);
  const folder = files.open(`${dir}/d`, 'read');
  files.fsync(folder);
  files.close(folder);
  say({
    again,
    stat,
    names: [...files.names(dir)].sort(),
    folder: files.stat(`${dir}/d`).kind,
    space: files.space(dir),
  });
}

/** What each failing call throws. */
function failures(dir: string): void {
  const buffer = new Uint8Array(4);
  say({
    missing: code(() => files.open(`${dir}/none`, 'append')),
    linked: code(() => files.open(`${dir}/symlink`, 'append')),
    replaced: code(() => files.open(`${dir}/symlink`, 'replace')),
    followed: code(() => files.close(files.open(`${dir}/symlink`, 'read'))),
    owned: code(() => files.close(files.open(`${dir}/symlink`, 'own'))),
    directory: code(() => files.read(files.open(dir, 'read'), buffer, 0, 4, 0)),
    closed: code(() => files.close(999)),
    taken: code(() => files.link(`${dir}/symlink`, `${dir}/target`)),
    nul: code(() => files.stat(`${dir}\0x`)),
    beyond: code(() => files.read(0, buffer, 2, 3, -1)),
    negative: code(() => files.write(1, buffer, -1, 2)),
    message: ((): string => {
      try {
        files.unlink(`${dir}/none`);
        return '';
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    })(),
  });
}

/** Writes until the file system is full, gives space back, writes on. */
function full(dir: string): void {
  const fd = files.open(`${dir}/big`, 'create');
  const block = new Uint8Array(65536);
  let failed: unknown = 'done';
  for (let i = 0; i < 64 && failed !== 'ENOSPC'; i++) failed = code(() => void files.write(fd, block, 0, block.length));
  const free = files.space(dir).freeBytes;
  files.ftruncate(fd, 0);
  say({ failed, free, after: put(fd, 'again\n') });
}

function whole(path: string): void {
  const fd = files.open(path, 'read');
  const buffer = new Uint8Array(1 << 20);
  let length = 0;
  for (;;) {
    const count = files.read(fd, buffer, length, buffer.length - length, length);
    if (count === 0) break;
    length += count;
  }
  say(posix.decode(buffer, 0, length));
}

/** Timers set out of order, one as far as no other clock can count, one as soon as possible. */
function timers(): void {
  const start = clock.monotonic();
  const order: [string, number][] = [];
  const set = (name: string, after: number): void =>
    clock.at(start + after, () => order.push([name, clock.monotonic() - start - after]));
  for (const [name, after] of [
    ['c', 90],
    ['a', 10.25],
    ['b', 40],
    ['b2', 40],
    ['now', -5],
  ] as const)
    set(name, after);
  set('never', 1e13);
  clock.at(start + 120, () => {
    say(order);
    engine.exit(0);
  });
}

/** Counts signals while it sleeps for a day, until TERM; HUP is counted while it computes. */
function signals(): void {
  const seen: string[] = [];
  for (const name of ['INT', 'HUP', 'USR2'] as const)
    engine.onSignal(name, () => {
      seen.push(name);
      say(name);
    });
  engine.onSignal('TERM', () => {
    say(seen);
    engine.exit(7);
  });
  clock.at(clock.monotonic() + 86_400_000, () => engine.exit(1));
  say('ready');
}

/** Reads numbers of a text both ways: with the native scanner, and what became of `out`. */
function numbers(text: string, pos: string, max: string): void {
  const bytes = posix.encode(text);
  const out = new Float64Array(Number(max) + 2).fill(-1);
  const at = posix.numbers(bytes, Number(pos), bytes.length, out, 1, Number(max));
  say([at, ...[...out].map((n) => (Number.isNaN(n) ? 'NaN' : n))]);
}

/** A timer keeps ticking while a file is compressed beside it. */
function gzip(from: string, to: string): void {
  let ticks = 0;
  let ended = false;
  const tick = (): void => {
    ticks++;
    if (!ended) clock.at(clock.monotonic() + 1, tick);
  };
  tick();
  engine.gzip(from, to).then(
    () => {
      ended = true;
      let length = 0;
      for (const chunk of engine.gunzip(to)) length += chunk.length;
      say({ ticks, length });
    },
    (error: unknown) => {
      ended = true;
      say({ code: errno(error) });
    },
  );
}

function gunzip(path: string): void {
  const parts: string[] = [];
  const end = code(() => {
    for (const chunk of engine.gunzip(path)) parts.push(posix.decode(chunk, 0, chunk.length));
  });
  say({ text: parts.join(''), end });
}

function machine(): void {
  const { name, args, pid, uid } = engine;
  const alive = [engine.isAlive(pid), engine.isAlive(1), engine.isAlive(0), engine.isAlive(4_194_303)];
  say({
    name,
    args,
    pid,
    uid,
    alive,
    terminal: engine.isTerminal(1),
    env: [engine.env('PROBE'), engine.env('NO_SUCH')],
  });
}

/** Runs a program and says what came of it, bytes as latin1. */
function runs(program: string, limit: string, ...words: string[]): void {
  const latin1 = (bytes: Uint8Array) => ascii(bytes, Math.max(0, bytes.length - 100));
  engine.system.run(program, words, Number(limit), ({ stdout, stderr, status, failure }) => {
    say({ stdout: latin1(stdout), stderr: latin1(stderr), status, failure, length: stdout.length });
    engine.exit(0);
  });
}

/** What is known of the machine, and the space at a path, asked both ways. */
function system(path: string): void {
  const { fact, find, space, askSpace } = engine.system;
  const now = code(() => space(path));
  askSpace(path, 9000, (asked) => {
    const facts = [fact('arch'), fact('uid'), fact('addresses'), fact('counts')];
    say({ facts, find: [find('sh', []), find('no-such-program', ['/bin'])], now, asked });
    engine.exit(0);
  });
}

/** Runs programs beside each other, and says in which order they answered; beside each a file tells that it has. */
function together(...programs: string[]): void {
  const answers: string[] = [];
  for (const program of programs)
    engine.system.run(program, [], 9000, ({ stdout }) => {
      answers.push(ascii(stdout).trim());
      files.close(files.open(`${program}.told`, 'create'));
      if (answers.length === programs.length) say(answers);
    });
}

/** Starts a program that never ends, says so when that has left its number, and waits, or ends as it is told. */
function leaves(program: string, how = ''): void {
  engine.system.run(program, [], 600_000, () => say('answered'));
  const look = (): void => {
    if (code(() => files.stat(`${program}.pid`)) === 'ENOENT') {
      clock.at(clock.monotonic() + 10, look);
      return;
    }
    say('ready');
    if (how === 'exit') engine.exit(3);
    if (how === 'throw') throw new Error('on purpose');
  };
  look();
}

/** Words that no program can have. */
function cannot(): void {
  const answers: string[] = [];
  for (const word of ['a\0b', 'a'.repeat(1 << 23)])
    engine.system.run('/bin/echo', [word], 9000, ({ failure }) => {
      answers.push(failure);
      if (answers.length === 2) say(answers);
    });
}

/** Which program is found, in PATH and then in these folders. */
const finds = (program: string, ...directories: string[]): void => say(engine.system.find(program, directories));

/** Asks for the space at a path, and has nothing else to do. */
const asks = (path: string): void => engine.system.askSpace(path, 300, (answer) => say(answer));

async function loads(path: string): Promise<void> {
  try {
    const module = (await engine.load(path)) as { default: (word: string) => string };
    say(module.default('called'));
  } catch (error) {
    say(String(error));
  }
}

/** Writes to a pipe whose reader is gone. */
function pipe(): void {
  const failed = code(() => {
    for (;;) put(1, 'text\n');
  });
  say(failed, 2);
}

const tasks: Record<string, (...args: string[]) => unknown> = {
  life,
  failures,
  full,
  whole,
  timers,
  signals,
  numbers,
  loops: (seed = '', rounds = '') => say(loops(Number(seed), Number(rounds))),
  gzip,
  gunzip,
  machine,
  pipe,
  runs,
  system,
  together,
  cannot,
  leaves,
  finds,
  asks,
  loads,
  clocks: () => say({ wall: clock.wall(), monotonic: clock.monotonic() }),
  utf8: (...points) => say(posix.decode(Uint8Array.from(points.map(Number)), 0, points.length)),
  encode: (...units) => say([...posix.encode(String.fromCharCode(...units.map(Number)))]),
  throws: () => clock.at(0, () => JSON.parse('{')),
  rejects: () => Promise.reject(new Error('nobody listens')),
  listens: () => Promise.reject(new Error('late')).catch(() => say('heard')),
  lazy: async () => say((await import('./lazy.ts')).word),
};

tasks[engine.args[0] ?? '']?.(...engine.args.slice(1));
