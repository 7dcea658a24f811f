/** `sdr completion`: a script that makes a shell complete what is typed behind `sdr`. */
import type { Command, World } from '../command.ts';
import { commonOptions, programOptions } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError, unknownName } from '../errors.ts';

/** Loaded when they are asked for: a recorder that runs for years has no use for them. */
const scripts = {
  bash: async () => (await import('../pages/completion/bash.ts')).bashScript,
  zsh: async () => (await import('../pages/completion/zsh.ts')).zshScript,
  fish: async () => (await import('../pages/completion/fish.ts')).fishScript,
} as const;

const shells = Object.keys(scripts) as readonly (keyof typeof scripts)[];

/** `commands` are all of them, this one included; `topics` is what `sdr help` explains besides commands and recorders. */
export const completion = (commands: () => Promise<readonly Command[]>, topics: readonly string[] = []): Command => ({
  name: 'completion',
  summary: 'print a completion script for a shell',
  words: shells.join('|'),
  options: [],
  examples: [
    'sdr completion bash > ~/.local/share/bash-completion/completions/sdr',
    'sdr completion zsh > /usr/local/share/zsh/site-functions/_sdr',
    'sdr completion fish > ~/.config/fish/completions/sdr.fish',
  ],
  run: async (world, words) => printed(world, words, await commands(), topics),
});

async function printed(
  { recorders, print }: World,
  [name, ...more]: readonly string[],
  commands: readonly Command[],
  topics: readonly string[],
): Promise<Exit> {
  if (name === undefined || more.length > 0) {
    throw new SdrError('usage', `completion: expected one of ${shells.join(', ')}`);
  }
  const shell = shells.find((each) => each === name);
  if (shell === undefined) throw unknownName('shell', name, shells);
  const [script, { completion: completionOf }] = await Promise.all([
    scripts[shell](),
    import('../pages/completion/model.ts'),
  ]);
  print(script(completionOf({ commands, recorders, common: commonOptions, own: programOptions, topics })));
  return 'done';
}
