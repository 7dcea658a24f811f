/** On a Raspberry Pi: whether its firmware can be asked, and how to get leave. */
import { Machine } from '../machine.ts';
import { isPi, modelOf } from '../proc/pi.ts';
import type { Answer } from '../proc/vcgencmd.ts';
import { ask, findVcgencmd } from '../proc/vcgencmd.ts';
import type { Check, Scene } from './check.ts';
import { bad, good, unknown } from './check.ts';

const name = 'vcgencmd';
const empty = 'arm_mhz is what the kernel asked for, other columns of pirec stay empty';

/** No check at all on other machines. */
export async function piChecks({ engine, root }: Scene): Promise<readonly Check[]> {
  const { files, system } = engine;
  const model = modelOf(new Machine(files, root, () => {}));
  if (!isPi(model)) return [];
  const program = findVcgencmd(system);
  if (program === null) {
    return [unknown(name, `not found on this ${model}: ${empty}`, 'apt install raspi-utils, or libraspberrypi-bin')];
  }
  const answer = await new Promise<Answer>((resolve) => ask(system, program, 'throttled', resolve));
  if (answer.kind === 'answered') return [good(name, `${program} answers on this ${model}`)];
  return [bad(name, `${answer.trouble}: ${empty}`, remedy(answer, engine))];
}

function remedy({ kind }: Answer, { env }: Scene['engine']): string {
  if (kind === 'refused') {
    const user = env('USER') ?? env('LOGNAME') ?? '$USER';
    return `usermod -aG video ${user} and log in again; of a unit, SupplementaryGroups=video and DeviceAllow=/dev/vcio rw in a drop-in`;
  }
  if (kind === 'silent') return 'the firmware hangs: reboot, and update it when it does so again';
  return 'run vcgencmd get_throttled by hand; apt install --reinstall raspi-utils';
}
