/**
 * `npm run packages`: of the static programs that `npm run binaries` made, a Debian package for each of Debian's names of a processor,
 * dist/sdr_<version>_<architecture>.deb, and for all others dist/sdr-<version>-linux.tar.gz with install.sh. Words behind it choose:
 * `npm run packages -- amd64 armhf archive`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pack from '../package.json' with { type: 'json' };
import { plainTree, writeArchive } from './packages/archive.ts';
import type { Package } from './packages/deb.ts';
import { writeDeb } from './packages/deb.ts';
import { tree } from './packages/tree.ts';
import { root } from './quickjs.ts';
import { BuildError } from './tools.ts';

/**
 * By Debian's name of the architecture, the program in dist/. Raspberry Pi OS calls ARMv6 armhf, Debian calls ARMv7 so, and a static
 * program knows no calling convention but its own: the one for ARMv6 runs on both, and one armhf.deb that runs on every 32-bit
 * Raspberry Pi is worth more than the little speed. Debian itself calls its system for the first Pis armel.
 */
export const programs = {
  amd64: 'sdr-linux-x64',
  arm64: 'sdr-linux-arm64',
  armhf: 'sdr-linux-armv6',
  armel: 'sdr-linux-armv6',
} as const;

export type Architecture = keyof typeof programs;
export const architectures = Object.keys(programs) as readonly Architecture[];

export interface Wish {
  readonly architecture: Architecture;
  /** `0.1.0-1` */
  readonly version?: string;
  /** The folder of the packages. */
  readonly folder?: string;
  /** The program, instead of the one in dist/. */
  readonly program?: string;
  /** Instead of packaging/sdr.toml. */
  readonly configuration?: string;
}

const dist = join(root, 'dist');
const debian = (name: string): string => readFileSync(join(root, 'packaging', 'debian', name), 'utf8');

/** Makes one package; gives its path. */
export async function debianPackage(wish: Wish): Promise<string> {
  const { architecture, version = `${pack.version}-1`, folder = dist } = wish;
  const program = wish.program ?? join(dist, programs[architecture]);
  if (!existsSync(program)) throw new BuildError(`There is no ${program}: npm run binaries`);
  const time = epoch();
  const changelog = changelogOf(version, time);
  const configuration = wish.configuration ?? readFileSync(join(root, 'packaging', 'sdr.toml'), 'utf8');
  const preinst = architecture === 'armel' ? { preinst: debian('preinst.armel') } : {};
  const out = join(folder, `sdr_${version}_${architecture}.deb`);
  const built: Package = {
    items: await tree({ program, changelog, configuration }),
    control: controlOf(architecture, version),
    scripts: { ...preinst, postinst: debian('postinst'), prerm: debian('prerm'), postrm: debian('postrm') },
    time,
  };
  writeDeb(built, out);
  return out;
}

/** Who answers for a package: as Debian's own tools are told. */
const maintainer = (): string => {
  const { DEBFULLNAME: name = 'sdr authors', DEBEMAIL: mail = 'sdr@packages.invalid' } = process.env;
  return `${name} <${mail}>`;
};

const controlOf = (architecture: Architecture, version: string): Package['control'] => [
  ['Package', 'sdr'],
  ['Version', version],
  ['Section', 'admin'],
  ['Priority', 'optional'],
  ['Architecture', architecture],
  ['Maintainer', maintainer()],
  ['Depends', 'passwd'],
  ['Description', debian('description').trimEnd()],
];

const changelogOf = (version: string, time: number): string => `sdr (${version}) unstable; urgency=medium

  * sdr ${version.replace(/-\d+$/, '')}: see changelog.gz.

 -- ${maintainer()}  ${rfc2822(time)}
`;

const rfc2822 = (time: number): string => new Date(time * 1000).toUTCString().replace('GMT', '+0000');

/** The time of everything in a package, seconds: that of the last change. */
function epoch(): number {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given !== undefined) return Number(given);
  try {
    return Number(execFileSync('git', ['-C', root, 'log', '-1', '--format=%ct'], { encoding: 'utf8' }));
  } catch (cause) {
    throw new BuildError('This is no clone: set SOURCE_DATE_EPOCH to the time of the last change', { cause });
  }
}

/** Makes the archive; gives its path. */
export function archive(wish: { readonly folder?: string; readonly binaries?: string } = {}): string {
  const { folder = dist, binaries = dist } = wish;
  const name = `sdr-${pack.version}`;
  const out = join(folder, `${name}-linux.tar.gz`);
  writeArchive(plainTree(name, binaries), epoch(), out);
  return out;
}

if (import.meta.filename === process.argv[1]) {
  const words = process.argv.slice(2);
  try {
    for (const architecture of architectures) {
      if (words.length > 0 && !words.includes(architecture)) continue;
      process.stdout.write(`${await debianPackage({ architecture })}\n`);
    }
    if (words.length === 0 || words.includes('archive')) process.stdout.write(`${archive()}\n`);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
