import { spawnSync } from 'node:child_process';
import { accessSync, constants, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a bench run works with: a folder of its own, two small C programs, and a Node binary that nobody else maps. */
export interface Workshop {
  readonly dir: string;
  readonly floor: string;
  readonly launch: string;
  readonly node: string;
  /** A new empty folder. */
  folder(name: string): string;
  remove(): void;
}

const here = import.meta.dirname;

export function openWorkshop(): Workshop {
  const dir = mkdtempSync(join(tmpdir(), 'sdr-bench-'));
  // PSS shares a page among all who map it. The bench itself runs on Node, so sdr gets a copy of the binary and
  // pays for all of it, as it would on a host where it is the only Node program.
  const node = join(dir, 'node');
  copyFileSync(process.execPath, node, constants.COPYFILE_FICLONE);
  let folders = 0;
  return {
    dir,
    node,
    floor: compile(dir, 'floor'),
    launch: compile(dir, 'launch'),
    folder(name) {
      folders += 1;
      const path = join(dir, `${folders}-${name.replaceAll(/[^\w.-]+/g, '_')}`);
      mkdirSync(path);
      return path;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function compile(dir: string, name: string): string {
  const program = join(dir, name);
  const { status, stderr, error } = spawnSync('gcc', ['-O2', '-Wall', '-o', program, join(here, `${name}.c`)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`bench/${name}.c needs gcc (apt-get install gcc libc6-dev): ${error ?? stderr}`);
  return program;
}

/** The path of a program on PATH or in one of the extra folders, or null. */
export function which(name: string, folders: readonly string[] = []): string | null {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', ...folders]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** The environment of every contestant: no locale, no colours, nothing that makes Node read more at its start. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', S_TIME_FORMAT: 'ISO' };
  // A bundle of extra certificates alone costs 40 ms of CPU at each start of Node.
  for (const name of ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE', 'FORCE_COLOR']) delete env[name];
  return env;
}
