/** Whether the clock is synchronised, as far as files tell. */
import { isSynchronised } from '../session.ts';
import type { Check, Scene } from './check.ts';
import { bad, good, unknown } from './check.ts';

const mend = 'timedatectl set-ntp true; on a board without a clock record with --wait-clock 60s';

export function clockCheck({ engine }: Scene): Check {
  if (isSynchronised(engine.files)) return good('clock', 'synchronised');
  // systemd-timesyncd has its folder as long as it runs; other daemons leave no mark that can be trusted.
  try {
    engine.files.stat('/run/systemd/timesync');
    return bad('clock', 'not synchronised yet', mend);
  } catch {
    return unknown('clock', 'no file tells whether it is synchronised', mend);
  }
}
