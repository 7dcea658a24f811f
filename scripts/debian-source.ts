/**
 * Sources from Debian's archive, pinned by checksum. The server is whichever this machine's own apt uses; apt's own
 * helper fetches and checks the file, so proxies and certificates are those of the machine and none of its package
 * lists change.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, need } from './tools.ts';

/** One upstream tarball in the pool of an archive. */
export interface Source {
  readonly name: string;
  /** Path below the archive's root. */
  readonly pool: string;
  readonly sha256: string;
}

export const quickjsVersion = '2025-04-26';

/** Debian 13's quickjs 2025.04.26-1. */
export const quickjsSource: Source = {
  name: `quickjs-${quickjsVersion}`,
  pool: 'pool/main/q/quickjs/quickjs_2025.04.26.orig.tar.xz',
  sha256: 'ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe',
};

/** Debian 13's zlib 1:1.3.dfsg+really1.3.1-1. */
export const zlibSource: Source = {
  name: 'zlib-1.3.1',
  pool: 'pool/main/z/zlib/zlib_1.3.dfsg+really1.3.1.orig.tar.gz',
  sha256: '60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb',
};

/**
 * Debian 13's musl 1.2.5-3. Its patches concern iconv(), which nothing here calls, and the tool chain of Debian itself.
 */
export const muslSource: Source = {
  name: 'musl-1.2.5',
  pool: 'pool/main/m/musl/musl_1.2.5.orig.tar.gz',
  sha256: 'a9a118bbe84d8764da0ea0d28b3ab3fae8477fc7e4085d90102b8596fc7c75e4',
};

const helper = '/usr/lib/apt/apt-helper';

/** The archives of `main` that apt is configured for, Debian's own before others such as its security archive. */
function archives(): string[] {
  const format = '$(COMPONENT) $(REPO_URI)';
  const listed = execFileSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const found = new Set<string>();
  for (const line of listed.split('\n')) {
    const [component, uri] = line.split(' ');
    if (component === 'main' && uri) found.add(uri.endsWith('/') ? uri : `${uri}/`);
  }
  return [...found].sort((a, b) => Number(b.endsWith('/debian/')) - Number(a.endsWith('/debian/')));
}

function fetch(source: Source, to: string): void {
  need('apt', 'apt-get', helper);
  const uris = archives();
  const said: string[] = [];
  for (const uri of uris) {
    try {
      execFileSync(helper, ['download-file', uri + source.pool, to, `SHA256:${source.sha256}`], { stdio: 'pipe' });
      return;
    } catch (error) {
      rmSync(to, { force: true });
      said.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new BuildError(`Cannot fetch ${source.pool} from any of ${uris.length} archives apt knows\n${said.join('\n')}`);
}

/** The unpacked folder of a source below `cache`, fetched the first time. */
export function debianSource(source: Source, cache: string): string {
  const folder = join(cache, `${source.name}-${source.sha256.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  need('tar', 'tar');
  need('xz-utils', 'xz');
  const mine = `${folder}.${process.pid}`;
  const tarball = `${mine}.tar`;
  mkdirSync(mine, { recursive: true });
  try {
    fetch(source, tarball);
    execFileSync('tar', ['-xf', tarball, '-C', mine, '--strip-components=1']);
    if (!existsSync(folder)) renameSync(mine, folder);
  } finally {
    rmSync(mine, { recursive: true, force: true });
    rmSync(tarball, { force: true });
  }
  return folder;
}
