/**
 * Words for people, on stderr. Errors and warnings always, each condition once; notes only for somebody at a terminal, so that
 * cron stays silent.
 */
import type { Engine } from './host.ts';
import { utf8 } from './text.ts';

export type Verbosity = 'quiet' | 'normal' | 'verbose';

export class Report {
  verbosity: Verbosity = 'normal';
  private readonly engine: Pick<Engine, 'files' | 'isTerminal' | 'env'>;
  private readonly counts = new Map<string, number>();

  constructor(engine: Pick<Engine, 'files' | 'isTerminal' | 'env'>) {
    this.engine = engine;
  }

  error(message: string): void {
    this.line(`sdr: ${message}`);
  }

  /** Said once per condition until {@link over}; what comes again is counted. */
  warn(condition: string, message: string): void {
    const before = this.counts.get(condition) ?? 0;
    this.counts.set(condition, before + 1);
    if (before === 0 && this.verbosity !== 'quiet') this.line(`sdr: ${message}`);
  }

  /** Something that happened, each time it does. */
  event(message: string): void {
    if (this.verbosity !== 'quiet') this.line(`sdr: ${message}`);
  }

  /** Ends a condition; says so when it was on, and how often it was met. */
  over(condition: string, message: string): void {
    const count = this.counts.get(condition);
    if (count === undefined) return;
    this.counts.delete(condition);
    if (this.verbosity !== 'quiet') this.line(`sdr: ${message}${again(count)}`);
  }

  note(message: string): void {
    const seen = this.verbosity === 'verbose' || (this.verbosity === 'normal' && this.engine.isTerminal(2));
    if (seen) this.line(`sdr: ${message}`);
  }

  verbose(message: string): void {
    if (this.verbosity === 'verbose') this.line(`sdr: ${message}`);
  }

  /** At the end: what was said once and happened again. */
  close(): void {
    if (this.verbosity !== 'verbose') return;
    for (const [condition, count] of this.counts) if (count > 1) this.line(`sdr: ${condition}${again(count)}`);
  }

  private line(text: string): void {
    const bytes = utf8(`${text}\n`);
    try {
      this.engine.files.write(2, bytes, 0, bytes.length);
    } catch {
      // Nobody is there to be told.
    }
  }
}

const again = (count: number): string => (count > 1 ? ` (${count} times)` : '');
