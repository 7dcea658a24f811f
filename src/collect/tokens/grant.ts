/** What a token is good for, as a question that is asked for every frame. */
import { glob } from '../../glob.ts';
import type { Token } from './token.ts';

/** More answers than this are not remembered: names are chosen by strangers. */
const remembered = 10_000;

export class Grant {
  readonly token: Token;
  /** Bytes of it that are not answered yet. */
  pending = 0;
  private readonly host: (name: string) => boolean;
  private readonly recorder: (name: string) => boolean;

  constructor(token: Token) {
    this.token = token;
    this.host = anyOf(token.hosts);
    this.recorder = anyOf(token.recorders);
  }

  hasExpired(now: number): boolean {
    return this.token.expires !== null && now >= this.token.expires;
  }

  isForHost(host: string): boolean {
    return this.host(host);
  }

  isForRecorder(recorder: string): boolean {
    return this.recorder(recorder);
  }

  /** Whether it may make a host known: one that is named in full needs no more leave. */
  mayEnrol(host: string): boolean {
    return this.token.enrol || this.token.hosts.includes(host);
  }
}

function anyOf(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.includes('*')) return () => true;
  const tests = patterns.map(glob);
  const answers = new Map<string, boolean>();
  return (name) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    if (answers.size >= remembered) answers.clear();
    const answer = tests.some((fits) => fits(name));
    answers.set(name, answer);
    return answer;
  };
}
