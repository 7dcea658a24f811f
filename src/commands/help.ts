/** `sdr help`: a page of the manual as text, made of the same data as the manual that is installed. */
import type { Command, World } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError, unknownName } from '../errors.ts';
import { ownOptions } from './own.ts';

/** What is explained besides commands and recorders. */
export const topics = ['csv', 'krd', 'sdr.toml', 'sar', 'install', 'wire'] as const;

/** `commands` are all of them, this one included. */
export const help = (commands: () => Promise<readonly Command[]>): Command => ({
  name: 'help',
  summary: 'print the page of a command, a recorder, a file format or sar',
  words: '[TOPIC]',
  options: ownOptions,
  examples: ['sdr help record', 'sdr help cpurec', 'sdr help csv | less'],
  async run(world, [topic = 'sdr', ...more]): Promise<Exit> {
    if (more.length > 0) throw new SdrError('usage', `help: expected one topic, got "${more.join(' ')}" behind it`);
    world.print(await textOf(topic, world, await commands()));
    return 'done';
  },
});

/** The pages load when somebody asks for one: recording needs none of them. */
async function textOf(topic: string, { recorders }: World, commands: readonly Command[]): Promise<string> {
  const [{ pageOf }, { plain }] = await Promise.all([import('../pages/manual.ts'), import('../pages/plain.ts')]);
  const page = pageOf(topic, { commands, recorders });
  if (page) return plain(page);
  throw unknownName('topic', topic, [...[...commands, ...recorders].map(({ name }) => name), ...topics]);
}
