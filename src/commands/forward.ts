/** `sdr forward`: sends what is recorded in a directory to collectors, as it comes. */
import type { Command, Values, World } from '../command.ts';
import { flag } from '../command.ts';
import { secretOf } from '../config/secret.ts';
import type { Exit } from '../errors.ts';
import { SdrError } from '../errors.ts';
import { Forwarder } from '../forward/index.ts';
import { forwardOptions } from '../forward/options.ts';
import { forwardWishesOf } from '../forward/wishes.ts';

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
  const token = secretOf(engine, 'token', wishes.tokenFile ?? engine.env('SDR_TOKEN_FILE'), report);
  const isOnce = flag(values, 'once');
  const net = await engine.net();
  const forwarder = new Forwarder({ engine, net, report, directory, wishes, token, isOnce, random: Math.random });
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
    forwarder.start();
    if (isOnce) forwarder.drain((isDone) => end(isDone ? 'done' : 'partial'));
  });
}
