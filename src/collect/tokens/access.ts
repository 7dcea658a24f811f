/** Who may do what: tokens as they are now, and the answer to each who knocks. */
import { createHash } from 'node:crypto';
import { WireError } from '../../wire/error.ts';
import type { Visitor } from '../visitor.ts';
import { Grant } from './grant.ts';
import type { Token } from './token.ts';

/** Nobody makes tokens of more characters. */
const longest = 512;

/** Where there are no tokens: whoever reaches the door. */
const everybody: Token = {
  hash: '',
  name: 'everybody',
  hosts: ['*'],
  recorders: ['*'],
  expires: null,
  enrol: true,
  readOnly: false,
};

export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export class Access {
  private readonly now: () => number;
  private grants: ReadonlyMap<string, Grant> | null = null;
  private readonly open = new Grant(everybody);
  private generation = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Whether a token is asked for. */
  get isGuarded(): boolean {
    return this.grants !== null;
  }

  /** Takes tokens in place of those before. */
  use(tokens: readonly Token[]): void {
    this.grants = new Map(tokens.map((token) => [token.hash, new Grant(token)]));
    this.generation++;
  }

  /** The grant of a header `Authorization: Bearer TOKEN`. Throws a WireError (401). */
  byHeader(visitor: Visitor, header: string | undefined): Grant {
    return this.grantOf(visitor, header ?? '', bearer);
  }

  /** The grant of a token as such, `-` being none. Throws a WireError (401). */
  byToken(visitor: Visitor, token: string): Grant {
    return this.grantOf(visitor, token, (text) => (text === '-' ? '' : text));
  }

  private grantOf(visitor: Visitor, credential: string, secretOf: (credential: string) => string): Grant {
    if (this.grants === null) {
      visitor.grant = this.open;
      return this.open;
    }
    const { grant } = visitor;
    const isKnown = visitor.generation === this.generation && visitor.credential === credential;
    const found = isKnown && grant ? grant : this.find(secretOf(credential));
    if (found.hasExpired(this.now())) throw new WireError(401, `the token "${found.token.name}" has expired`);
    visitor.grant = found;
    visitor.credential = credential;
    visitor.generation = this.generation;
    return found;
  }

  /**
   * What takes how long tells nothing: the map is asked for a hash, and who does not know a token cannot choose the hash of what
   * he sends.
   */
  private find(secret: string): Grant {
    if (secret === '') throw new WireError(401, 'expected a token: Authorization: Bearer TOKEN');
    const grant = secret.length > longest ? undefined : this.grants?.get(hashOf(secret));
    if (!grant) throw new WireError(401, 'this token is not known here');
    return grant;
  }
}

const bearer = (header: string): string => /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
