/** Real shells that complete lines: bash and zsh on a terminal of their own, fish by `complete -C`, which asks what TAB would. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** What TAB does. */
export interface Completed {
  /** What the last word may become, sorted, each once. */
  readonly offered: readonly string[];
  /** What the line became; null where the shell does not say. */
  readonly line: string | null;
}

const here = new URL('.', import.meta.url).pathname;

/** Completes lines, each by itself, in a folder that holds the `files` (a name that ends in `/` is a folder). */
export function complete(
  shell: Shell,
  script: string,
  lines: readonly string[],
  files: readonly string[] = [],
): readonly Completed[] {
  const scripts = mkdtempSync(join(tmpdir(), 'sdr-completion-'));
  const cwd = join(scripts, 'cwd');
  try {
    mkdirSync(cwd);
    for (const file of files) file.endsWith('/') ? mkdirSync(join(cwd, file)) : writeFileSync(join(cwd, file), '');
    writeFileSync(join(scripts, '_sdr'), script);
    return shell === 'fish' ? fish(scripts, cwd, lines) : onTerminal(shell, scripts, cwd, lines);
  } finally {
    rmSync(scripts, { recursive: true });
  }
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  input: string,
  env: Record<string, string>,
): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    input,
    // A shell that waits for what never comes is a failure, not a hang.
    timeout: 60_000,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, LC_ALL: 'C.UTF-8', TERM: 'xterm', ...env },
  });
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? status} ${stderr}`);
  return stdout;
}

const commands = {
  bash: `bash --noprofile --rcfile ${here}bashrc -i`,
  zsh: 'zsh -d -i',
} as const;

function onTerminal(
  shell: 'bash' | 'zsh',
  scripts: string,
  cwd: string,
  lines: readonly string[],
): readonly Completed[] {
  const notes = join(scripts, 'notes');
  const env = { NOTES: notes, SCRIPT: join(scripts, '_sdr'), SCRIPTS: scripts, ZDOTDIR: here };
  run('zsh', ['-f', `${here}drive.zsh`, commands[shell]], cwd, lines.map((line) => `${line}\n`).join(''), env);
  const found = existsSync(notes) ? readFileSync(notes, 'utf8') : '';
  // A note of what became of each line, `=…`, behind what was offered for it, `+…`.
  const parts = found.split(/^=(.*)\n/m);
  if (parts.length !== 2 * lines.length + 1) throw new Error(`${shell} did not answer each line: ${found}`);
  return lines.map((line, i) => {
    const offered = (parts[2 * i] ?? '').split('\n').flatMap((each) => (each.startsWith('+') ? [each.slice(1)] : []));
    const words = offered.map((each) => whole(shell, line, each)).filter((word) => isMeant(line, word));
    return { offered: sorted(words), line: parts[2 * i + 1] ?? '' };
  });
}

/** Where nothing else fits, zsh offers options, whoever asks. */
const isMeant = (line: string, word: string): boolean => / -\S*$/.test(line) || !word.startsWith('-');

/** Readline completes what stands behind the last `=` or `:`, or from the last `@` on. */
function whole(shell: Shell, line: string, offered: string): string {
  const word = line.slice(line.lastIndexOf(' ') + 1);
  return shell === 'bash' ? word.replace(/[^=:@]*$/, '').replace(/@$/, '') + offered : offered;
}

function fish(scripts: string, cwd: string, lines: readonly string[]): readonly Completed[] {
  const ask = 'source $argv[1]; while read -l line; complete -C $line; echo =; end';
  const found = run(
    'fish',
    ['--no-config', '-c', ask, join(scripts, '_sdr')],
    cwd,
    lines.map((line) => `${line}\n`).join(''),
    {},
  );
  const answers = found.split(/^=\n/m);
  return lines.map((_, i) => ({
    offered: sorted((answers[i] ?? '').split('\n').flatMap((each) => (each === '' ? [] : [each.replace(/\t.*/, '')]))),
    line: null,
  }));
}

const sorted = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();

/** What commands print in a bash that has read the script, treating unset variables as errors. */
export const bashCalled = (script: string, commands: string): string =>
  run('bash', ['--noprofile', '--norc', '-uc', `${script}\n${commands}`], tmpdir(), '', {});
