/**
 * What of a machine is no file, on a tape: `system/arch`, `programs/xentop` (where it is), `programs/xentop_-b_-d1.out`, `.err` and
 * `.status` (what it said), `space/%2Fmnt` (statfs). Failures stand in `errors`, as those of files do.
 */
import type { Fact, Ran, Space, System } from './host.ts';
import { errno } from './host.ts';
import { ascii, bytesOf } from './parse.ts';
import type { Answer, Frame } from './tape.ts';
import { TapeError } from './tape.ts';

type Note = (path: string, answer: Answer) => void;

const nothing = new Uint8Array(0);
const factPath = (name: Fact): string => `/system/${name}`;
const programPath = (program: string): string => `/programs/${program.slice(program.lastIndexOf('/') + 1)}`;
const runPath = (program: string, args: readonly string[]): string =>
  [programPath(program), ...args.map((word) => word.replaceAll('/', '%2F'))].join('_');
const spacePath = (path: string): string => `/space/${path.replaceAll('%', '%25').replaceAll('/', '%2F')}`;

const spaceText = ({ totalBytes, freeBytes, availableBytes, inodes, inodesFree }: Space): string =>
  `${totalBytes} ${freeBytes} ${availableBytes} ${inodes} ${inodesFree}\n`;

function spaceOf(text: string): Space {
  const [totalBytes = 0, freeBytes = 0, availableBytes = 0, inodes = 0, inodesFree = 0] = text
    .trim()
    .split(' ')
    .map(Number);
  return { totalBytes, freeBytes, availableBytes, inodes, inodesFree };
}

/** A system whose answers are written down; `root` is taken off its paths. */
export function recordingSystem(system: () => System, root: string, note: Note): System {
  const answered = (path: string, text: string | null): void => note(path, text === null ? 'ENOENT' : bytesOf(text));
  const noteSpace = (path: string, answer: Space | string): void => {
    const at = spacePath(path.slice(root.length) || '/');
    note(at, typeof answer === 'string' ? answer : bytesOf(spaceText(answer)));
  };
  return {
    fact(name) {
      const text = system().fact(name);
      answered(factPath(name), text);
      return text;
    },
    find(program, directories) {
      const path = system().find(program, directories);
      answered(programPath(program), path);
      return path;
    },
    run(program, args, limit, then) {
      system().run(program, args, limit, (ran) => {
        noteRun(runPath(program, args), ran, note);
        then(ran);
      });
    },
    space(path) {
      try {
        const space = system().space(path);
        noteSpace(path, space);
        return space;
      } catch (error) {
        if (errno(error) !== '') noteSpace(path, errno(error));
        throw error;
      }
    },
    askSpace(path, limit, then) {
      system().askSpace(path, limit, (answer) => {
        noteSpace(path, answer);
        then(answer);
      });
    },
  };
}

function noteRun(path: string, ran: Ran, note: Note): void {
  if (ran.failure !== '') note(path, ran.failure);
  // A program that could not be started has said nothing.
  if (ran.failure === '' || ran.stdout.length > 0) note(`${path}.out`, ran.stdout);
  if (ran.stderr.length > 0) note(`${path}.err`, ran.stderr);
  if (ran.status !== 0) note(`${path}.status`, bytesOf(ran.status === null ? 'killed\n' : `${ran.status}\n`));
}

/** A system that answers from a tape, at once. */
export function playbackSystem(frame: () => Frame): System {
  const bytes = (path: string): Uint8Array | string => {
    try {
      return frame().bytes(path);
    } catch (error) {
      if (errno(error) === '') throw error;
      return errno(error);
    }
  };
  const text = (path: string): string | null => {
    const found = bytes(path);
    return typeof found === 'string' ? null : ascii(found).trimEnd();
  };
  const spaceAnswer = (path: string): Space | string => {
    const found = bytes(spacePath(path));
    return typeof found === 'string' ? found : spaceOf(ascii(found));
  };
  return {
    fact: (name) => text(factPath(name)),
    find: (program) => text(programPath(program)),
    run: (program, args, _, then) => then(ranOf(runPath(program, args), bytes)),
    space(path) {
      const answer = spaceAnswer(path);
      if (typeof answer === 'string') throw new TapeError(answer, path);
      return answer;
    },
    askSpace: (path, _, then) => then(spaceAnswer(path)),
  };
}

function ranOf(path: string, bytes: (path: string) => Uint8Array | string): Ran {
  const [out, err, status, self] = ['.out', '.err', '.status', ''].map((end) => bytes(path + end));
  const or = (found: Uint8Array | string | undefined) => (found instanceof Uint8Array ? found : nothing);
  // A failure stands in `errors` under the run itself; a run that is not on the tape is of a program that is not there.
  const noted = typeof self === 'string' && self !== 'ENOENT' ? self : '';
  const failure = noted === '' && typeof out === 'string' ? out : noted;
  const code = status instanceof Uint8Array ? Number(ascii(status).trim()) : 0;
  return {
    stdout: or(out),
    stderr: or(err),
    status: failure !== '' || Number.isNaN(code) ? null : code,
    failure,
  };
}

/** Every question to whichever system is meant at that moment. */
export const passingSystem = (system: () => System): System => ({
  fact: (...a) => system().fact(...a),
  find: (...a) => system().find(...a),
  run: (...a) => system().run(...a),
  space: (...a) => system().space(...a),
  askSpace: (...a) => system().askSpace(...a),
});

/** A machine of which nothing is known but its files. */
export const noSystem: System = playbackSystem(() => ({
  bytes: (path) => {
    throw new TapeError('ENOENT', path);
  },
  stat: (path) => {
    throw new TapeError('ENOENT', path);
  },
  names: () => [],
}));
