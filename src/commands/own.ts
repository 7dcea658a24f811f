/** The options that bring recorders along: of every command that has to do with recorders. */
import type { Option, Values, World } from '../command.ts';
import { texts } from '../command.ts';

export const ownOptions: readonly Option[] = [
  { flags: '--recorder <file>', help: 'also use the recorder that FILE declares (repeatable)', isList: true },
  {
    flags: '--exec <name=command>',
    help: 'also use a recorder NAME of what COMMAND prints (repeatable)',
    isList: true,
  },
];

/** The world with the recorders that the user brought along. Throws an SdrError. */
export async function withOwn(world: World, values: Values): Promise<World> {
  const paths = texts(values, 'recorder');
  const commands = texts(values, 'exec');
  if (paths.length + commands.length === 0) return world;
  const { ownRecorders } = await import('../custom/index.ts');
  const own = await ownRecorders(world.engine, world.recorders, paths, commands);
  return { ...world, recorders: [...world.recorders, ...own], own };
}
