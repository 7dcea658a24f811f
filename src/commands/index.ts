/** The commands, in documentation order. Each is loaded when it is typed. */
import type { Command, Entry } from '../command.ts';

export const commands: readonly Entry[] = [
  { name: 'record', load: async () => (await import('./record.ts')).record },
  { name: 'forward', load: async () => (await import('./forward.ts')).forward },
  { name: 'collect', load: async () => (await import('./collect.ts')).collect },
  { name: 'list', load: async () => (await import('./list.ts')).list },
  { name: 'describe', load: async () => (await import('./describe.ts')).describe },
  { name: 'doctor', load: async () => (await import('./doctor.ts')).doctor },
  { name: 'cat', load: async () => (await import('./cat.ts')).cat },
  { name: 'rates', load: async () => (await import('./rates.ts')).rates },
  { name: 'stats', load: async () => (await import('./stats.ts')).stats },
  { name: 'capture', load: async () => (await import('./capture.ts')).capture },
  { name: 'replay', load: async () => (await import('./replay.ts')).replay },
  { name: 'config', load: async () => (await import('./config.ts')).config(all) },
  { name: 'unit', load: async () => (await import('./unit.ts')).unit },
  { name: 'completion', load: async () => (await import('./completion.ts')).completion(all, await topics()) },
  { name: 'help', load: async () => (await import('./help.ts')).help(all) },
];

/** All of them: for help, pages and completion. */
export const all = (): Promise<readonly Command[]> => Promise.all(commands.map((command) => command.load()));

const topics = async () => (await import('./help.ts')).topics;
