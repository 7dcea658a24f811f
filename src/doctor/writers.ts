/** Who records into a directory now: what the claims in its `.sdr` say, where their processes live. */
import type { Engine } from '../host.ts';
import { errno } from '../host.ts';
import { bootId, lives, readClaim } from '../sinks/directory/claim.ts';
import type { Check, Scene } from './check.ts';
import { good, unknown } from './check.ts';

const name = 'writers';

export function writerCheck({ engine }: Scene, directory: string): Check {
  try {
    const boot = bootId(engine);
    const live = claims(engine, `${directory}/.sdr`).filter(
      (claim) => claim.standing.boot === boot && lives(engine, claim.holder),
    );
    if (live.length === 0) return good(name, 'nobody records here now');
    return good(name, live.map(({ recorder, holder }) => `${recorder}: process ${holder.pid}`).join(', '));
  } catch (error) {
    if (errno(error) === 'ENOENT') return good(name, 'nobody has recorded here yet');
    if (errno(error) === '') throw error;
    return unknown(name, `cannot be told (${errno(error)})`);
  }
}

/** The highest claim of each recorder. */
function claims({ files }: Engine, folder: string) {
  const highest = new Map<string, number>();
  for (const file of files.names(folder)) {
    const [, recorder = '', number = ''] = /^([a-z][a-z0-9_]*)\.(\d+)$/.exec(file) ?? [];
    if (recorder !== '') highest.set(recorder, Math.max(highest.get(recorder) ?? 0, Number(number)));
  }
  return [...highest].flatMap(([recorder, number]) => {
    const claim = readClaim(files, `${folder}/${recorder}.${number}`);
    return claim ? [{ recorder, ...claim }] : [];
  });
}
