/** Who records into a directory now: what the claims in its `.sdr` say, where their processes live. */
import type { Engine } from '../host.ts';
import { errno } from '../host.ts';
import { bootId } from '../sinks/directory/claim.ts';
import { readText } from '../store.ts';
import type { Check, Scene } from './check.ts';
import { good, unknown } from './check.ts';

const name = 'writers';

interface Holder {
  readonly recorder: string;
  readonly pid: number;
  readonly start: string;
  readonly boot: string;
}

export function writerCheck({ engine }: Scene, directory: string): Check {
  try {
    const boot = bootId(engine);
    const live = holders(engine, `${directory}/.sdr`).filter((each) => each.boot === boot && lives(engine, each));
    if (live.length === 0) return good(name, 'nobody records here now');
    return good(name, live.map(({ recorder, pid }) => `${recorder}: process ${pid}`).join(', '));
  } catch (error) {
    if (errno(error) === 'ENOENT') return good(name, 'nobody has recorded here yet');
    if (errno(error) === '') throw error;
    return unknown(name, `cannot be told (${errno(error)})`);
  }
}

/** The highest claim of each recorder. */
function holders({ files }: Engine, folder: string): readonly Holder[] {
  const highest = new Map<string, number>();
  for (const file of files.names(folder)) {
    const [, recorder = '', number = ''] = /^([a-z][a-z0-9_]*)\.(\d+)$/.exec(file) ?? [];
    if (recorder !== '') highest.set(recorder, Math.max(highest.get(recorder) ?? 0, Number(number)));
  }
  return [...highest].flatMap(([recorder, number]) =>
    holder(readText(files, `${folder}/${recorder}.${number}`), recorder),
  );
}

/** None when the claim was let go, or its writer died while making it. */
function holder(text: string | null, recorder: string): readonly Holder[] {
  try {
    const { pid, start, boot } = JSON.parse(text ?? '');
    return Number(pid) > 0 ? [{ recorder, pid: Number(pid), start: String(start), boot: String(boot) }] : [];
  } catch {
    return [];
  }
}

/** Whether a process with this id is there, and is the one that made the claim (field 22 of its stat). */
function lives(engine: Engine, { pid, start }: Holder): boolean {
  if (!engine.isAlive(pid)) return false;
  const text = readText(engine.files, `/proc/${pid}/stat`) ?? '';
  const now = text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return now === '' || now === start;
}
