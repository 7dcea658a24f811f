/** `sdr forward`: sends what is recorded in a directory to collectors, as it comes. */
import type { Command, Values, World } from '../command.ts';
import { flag } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError } from '../errors.ts';
import { forwardOptions } from '../forward/options.ts';
import { forwardWishesOf } from '../forward/wishes.ts';
import { openerOf } from '../forwarding.ts';

export const forward: Command = {
  name: 'forward',
  summary: 'send what is recorded to collectors',
  words: '[DIR]',
  options: [...forwardOptions, { flags: '--once', help: 'end when all that is there is sent: for cron', key: null }],
  keys: [{ flags: '--directory <dir>', help: 'what is forwarded', key: { example: '/var/lib/sdr' } }],
  examples: [
    'sdr forward /var/lib/sdr --to https://collector.example:7373 --token-file /etc/sdr/token',
    'sdr forward /var/lib/sdr --to http://a:7373 --to http://b:7373    # a copy each',
    'sdr forward /var/lib/sdr --to http://collector:7373 --once',
  ],
  notes: [
    {
      title: 'Several collectors',
      text: 'Each --to gets all of it. One process sends a directory to a destination: of several recordings into it with the same --to, the others wait for their turn. With `A,B` each file has one home, so that no row is at both: new files go to A, and to B when A has failed for a minute (at once with --once), and to A again when it is back. A file of which A may have a part waits for A, however long that takes; `sdr record --to A,B` therefore begins new files when it turns to the other, while `sdr forward` has to wait for those of the next day. Where nothing is noted, files that are there already wait until both have said which they have. With `hash:A,B` the name of the host decides which of them it is, for good; when the list changes, a host that moves sends all that it still keeps.',
    },
    {
      title: 'Full disks',
      text: '--keep, --max-bytes, --min-free and --compress of sdr-record(1) know what was sent, whichever process sends it: files that every destination has go first, and only those are compressed. One that has to go before is said on stderr and counted in dropped_rows_total of selfrec. A destination that nobody has sent to for a week counts no more; removing its DIR/.sdr/forward-*.json does that at once.',
    },
    {
      title: 'Names, tokens, signals and TLS',
      text: 'The host is called by its whole name, other characters than letters, digits and . _ - becoming -, or by --host. The token is the first line of --token-file, of $SDR_TOKEN_FILE or of token in $CREDENTIALS_DIRECTORY. A file of these, or of --ca, --cert and --key, that is replaced is used within seconds. SIGHUP and SIGUSR2 send now what waits. In the recorder edition, https:// is spoken by the curl(1) of the system, every ten seconds at most, and there is no tls://.',
    },
  ],
  check(_world, _words, values) {
    forwardWishesOf(values);
  },
  async run(world, words, values) {
    const [directory = world.engine.env('STATE_DIRECTORY')?.split(':')[0] || '/var/lib/sdr', ...more] = words;
    if (more.length > 0) throw new SdrError('usage', `Too many words: "${more.join(' ')}" behind the directory`);
    return forwarding(world, directory, values);
  },
};

async function forwarding(world: World, directory: string, values: Values): Promise<Exit> {
  const { engine, report } = world;
  const wishes = forwardWishesOf(values);
  if (wishes.targets.length === 0) throw new SdrError('usage', 'Nowhere to forward to: expected --to URL');
  const isOnce = flag(values, 'once');
  const open = await openerOf(world, wishes);
  const forwarder = open(directory, isOnce);
  forwarder.start();
  const { rival } = forwarder;
  if (rival) {
    forwarder.close();
    throw new SdrError('locked', `Cannot forward ${directory} to ${rival.name}: process ${rival.pid} does`);
  }
  return new Promise((resolve) => {
    const end = (exit: Exit): void => {
      forwarder.close();
      report.close();
      resolve(exit);
    };
    engine.onSignal('INT', () => end('interrupted'));
    engine.onSignal('TERM', () => end('done'));
    engine.onSignal('HUP', () => forwarder.sendNow());
    engine.onSignal('USR2', () => forwarder.sendNow());
    if (isOnce) forwarder.drain((isDone) => end(isDone ? 'done' : 'partial'));
  });
}
