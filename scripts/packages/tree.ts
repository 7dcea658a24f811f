/** What the package of sdr holds: the program, and everything of the repository that is installed with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { recorders } from '../../recorders/index.ts';
import { commands } from '../../src/commands/index.ts';
import { root } from '../quickjs.ts';
import { BuildError } from '../tools.ts';
import { copyright } from './copyright.ts';
import type { Item } from './stage.ts';

export interface Contents {
  /** The path of the program. */
  readonly program: string;
  /** Of the Debian package: the changes to the packaging, and those of sdr in CHANGELOG.md. */
  readonly changelog: string;
  readonly configuration: string;
}

export async function tree({ program, changelog, configuration }: Contents): Promise<readonly Item[]> {
  return [
    { path: 'usr/bin/sdr', content: readFileSync(program), mode: 0o755 },
    text('etc/sdr/sdr.toml', configuration),
    { path: 'etc/sdr/conf.d', content: null, mode: 0o755 },
    ...folder('packaging/systemd', 'usr/lib/systemd/system', '.service'),
    ...folder('packaging/systemd', 'usr/share/sdr/systemd', '.conf'),
    ...folder('packaging/sysusers.d', 'usr/lib/sysusers.d', '.conf'),
    ...folder('packaging/tmpfiles.d', 'usr/lib/tmpfiles.d', '.conf'),
    ...manual(),
    ...(await completions()),
    text('usr/share/doc/sdr/copyright', copyright()),
    packed('usr/share/doc/sdr/changelog.Debian.gz', changelog),
    packed('usr/share/doc/sdr/changelog.gz', read('CHANGELOG.md')),
    ...examples(),
    text('usr/share/lintian/overrides/sdr', read('packaging/debian/lintian-overrides')),
  ];
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const text = (path: string, content: string): Item => ({ path, content, mode: 0o644 });
const packed = (path: string, content: string): Item => ({
  path,
  content: gzipSync(content, { level: 9 }),
  mode: 0o644,
});

function folder(from: string, to: string, suffix: string): readonly Item[] {
  const names = readdirSync(join(root, from)).filter((name) => name.endsWith(suffix));
  if (names.length === 0) throw new BuildError(`There is no *${suffix} in ${from}: npm run generate`);
  return names.map((name) => text(`${to}/${name}`, read(`${from}/${name}`)));
}

function manual(): readonly Item[] {
  return readdirSync(join(root, 'man')).map((name) =>
    packed(`usr/share/man/man${name.slice(-1)}/${name}.gz`, read(`man/${name}`)),
  );
}

/** Scripts are programs, and their folder is that of the documentation: nobody runs them where they lie. */
function examples(): readonly Item[] {
  return readdirSync(join(root, 'examples')).map((name) => ({
    path: `usr/share/doc/sdr/examples/${name}`,
    content: read(`examples/${name}`),
    mode: name.endsWith('.sh') ? 0o755 : 0o644,
  }));
}

const places = {
  bash: 'usr/share/bash-completion/completions/sdr',
  zsh: 'usr/share/zsh/vendor-completions/_sdr',
  fish: 'usr/share/fish/vendor_completions.d/sdr.fish',
} as const;

async function completions(): Promise<readonly Item[]> {
  const command = await commands.find(({ name }) => name === 'completion')?.load();
  if (command === undefined) throw new BuildError('There is no command completion');
  const items: Item[] = [];
  for (const [shell, path] of Object.entries(places)) {
    let script = '';
    const print = (part: string | Uint8Array) => {
      script += String(part);
    };
    // It looks at what is declared, and at nothing of the machine.
    await command.run({ recorders, print } as Parameters<typeof command.run>[0], [shell], {});
    items.push(text(path, script));
  }
  return items;
}
