/** `sdr config`: what is configured, where each of it stands, and whether it is right. */
import type { Command, World } from '../command.ts';
import { flag } from '../command.ts';
import type { Look } from '../config/look.ts';
import { looksAt } from '../config/look.ts';
import { tomlOf } from '../config/toml.ts';
import type { Exit } from '../errors.ts';
import { SdrError, unknownName } from '../errors.ts';
import { aligned } from '../pages/aligned.ts';

/** `commands` are all of them. */
export const config = (commands: () => Promise<readonly Command[]>): Command => ({
  name: 'config',
  summary: 'print what is configured, and say what is wrong with it',
  words: '[COMMAND]',
  options: [{ flags: '--show-origin', help: 'say where each value stands' }],
  examples: ['sdr config', 'sdr config record --show-origin', 'sdr config --config ./sdr.toml'],
  async run(world, [name, ...more], values) {
    if (more.length > 0) throw new SdrError('usage', `config: expected one command, got "${more.join(' ')}" behind it`);
    const all = await commands();
    const looks = await looksAt(world, all, chosen(all, name), values['config']);
    const said = looks.filter(({ settings }) => settings.size > 0);
    world.print(said.map((look) => page(look, flag(values, 'showOrigin'))).join('\n'));
    return ended(
      world,
      looks.flatMap(({ errors }) => errors),
    );
  },
});

function chosen(all: readonly Command[], name: string | undefined): readonly Command[] {
  const able = all.filter(({ keys }) => keys !== undefined);
  if (name === undefined) return able;
  const found = able.filter((command) => command.name === name);
  if (found.length > 0) return found;
  throw unknownName(
    'table',
    name,
    able.map((command) => command.name),
  );
}

/** TOML that can be read again. */
function page({ command, settings }: Look, hasOrigins: boolean): string {
  const lines = [...settings.values()].map(({ key, value, origin }) => {
    const line = `${key.name} = ${tomlOf(value)}`;
    return hasOrigins ? [line, `# ${origin}`] : [line];
  });
  return `[${command}]\n${aligned(lines)}`;
}

function ended({ report }: World, errors: readonly SdrError[]): Exit {
  for (const { message } of errors) report.error(message);
  return errors[0]?.exit ?? 'done';
}
