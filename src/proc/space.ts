/** Asking file systems for their space: statfs(2), beside the tick where it may never return. One that was silent holds nothing up again. */
import type { Space } from '../host.ts';
import type { Machine } from '../machine.ts';
import type { Seen } from './filesystems.ts';

/** How long one may take that may never answer, milliseconds. */
const limit = 2000;
/** After how long one that was silent is asked again, without waiting for it: doubled each time, up to the last. */
const patience = { first: 60_000, last: 3_600_000 };

/** What statfs(2) said, or the errno of it. */
export type Answer = readonly [mount: Seen, space: Space | string];

/** One that was silent. */
interface Silent {
  due: number;
  pause: number;
  isAsked: boolean;
}

/** Asks for the space of mounts, and gives all answers in their order when the last is there. */
export function asking(
  machine: Machine,
): (mounts: readonly Seen[], then: (answers: readonly Answer[]) => void) => void {
  const silent = new Map<string, Silent>();
  const nameOf = ({ id, device, point }: Seen): string => `${id} ${device} ${point}`;
  return (mounts, then) => {
    const names = new Set(mounts.map(nameOf));
    for (const name of silent.keys()) if (!names.has(name)) silent.delete(name);
    const present = mounts.filter((mount) => {
      const known = silent.get(nameOf(mount));
      if (known) askAgain(machine, mount, known, () => silent.delete(nameOf(mount)));
      return !known;
    });
    askAll(machine, present, (answers) => {
      for (const [mount, space] of answers) {
        if (space === 'ETIMEDOUT') silent.set(nameOf(mount), bury(machine, mount));
      }
      then(answers);
    });
  };
}

function askAll(machine: Machine, mounts: readonly Seen[], then: (answers: readonly Answer[]) => void): void {
  const answers: Answer[] = [];
  let left = mounts.length;
  const done = (i: number, answer: Answer): void => {
    answers[i] = answer;
    left--;
    if (left === 0) then(answers);
  };
  if (left === 0) then(answers);
  mounts.forEach((mount, i) => {
    const path = pathOf(mount);
    if (path === null) done(i, [mount, 'EILSEQ']);
    else if (mount.isSlow) machine.askSpace(path, limit, (space) => done(i, [mount, space]));
    else done(i, [mount, machine.space(path)]);
  });
}

/** Null when its name is no UTF-8: no engine can open it by a text. */
function pathOf({ point }: Seen): string | null {
  try {
    return decodeURIComponent(point);
  } catch {
    return null;
  }
}

function bury(machine: Machine, { point, type }: Seen): Silent {
  machine.warn(
    `fsrec: ${point} silent`,
    `fsrec: ${point} (${type}) does not answer within ${limit / 1000} s; it has no row until it does again`,
  );
  return { due: machine.moment() + patience.first, pause: patience.first, isAsked: false };
}

/** Looks whether it is back; `back` is called when it is. Processes that cannot be killed must not pile up, hence the pauses. */
function askAgain(machine: Machine, mount: Seen, silent: Silent, back: () => void): void {
  if (silent.isAsked || machine.now < silent.due) return;
  silent.isAsked = true;
  machine.askSpace(pathOf(mount) ?? '', limit, (space) => {
    silent.isAsked = false;
    if (space !== 'ETIMEDOUT') back();
    silent.pause = Math.min(2 * silent.pause, patience.last);
    silent.due = machine.moment() + silent.pause;
  });
}
