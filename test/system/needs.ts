/** What a test needs of the machine. Missing, it is skipped with a line that says so; in CI only the kernel may refuse. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';
import { onTestFinished } from 'vitest';
import { run } from './program.ts';

const path = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;

/** Where a program or library is; null when it is not installed. */
export function find(tool: string): string | null {
  const candidates = tool.startsWith('/') ? [tool] : path.split(delimiter).map((directory) => join(directory, tool));
  return candidates.find(isThere) ?? null;
}

function isThere(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Options of a test that needs these programs: `test('…', needs('mlr'), () => …)`. */
export function needs(...tools: readonly string[]): { readonly skip: boolean } {
  return found(
    tools.filter((tool) => find(tool) === null),
    'not installed',
  );
}

/** Options of a test that needs root. */
export function needsRoot(...tools: readonly string[]): { readonly skip: boolean } {
  return process.getuid?.() === 0 ? needs(...tools) : found(['root'], 'not who runs this');
}

function found(missing: readonly string[], why: string): { readonly skip: boolean } {
  if (missing.length === 0) return { skip: false };
  const said = `${missing.join(', ')}: ${why}`;
  if (process.env['CI']) throw new Error(`${said} (scripts/ci-tools.sh installs what the tests compare with)`);
  process.stderr.write(`A test is skipped: ${said}\n`);
  return { skip: true };
}

/** A file system for one test; when the kernel refuses, the test is skipped and says so. */
export function mount({ skip }: TestContext, at: string, options: readonly string[]): void {
  const { status, stderr } = run(['mount', ...options, at]);
  if (status !== 0) skip(`the kernel refuses a mount: ${stderr.trim()}`);
  onTestFinished(() => void run(['umount', '-l', at]));
}
