/** Who records into a directory now: what the claims in its `.sdr` say, where their processes live. */
import { errno } from '../host.ts';
import { bootId, claimsIn, lives } from '../sinks/directory/claim.ts';
import type { Check, Scene } from './check.ts';
import { good, unknown } from './check.ts';

const name = 'writers';

export function writerCheck({ engine }: Scene, directory: string): Check {
  try {
    const boot = bootId(engine);
    const live = claimsIn(engine.files, `${directory}/.sdr`).filter(
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
