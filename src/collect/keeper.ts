/** What the doors need of an archive; tests have a small one in memory. */
import type { Archive } from './archive/index.ts';

export type Keeper = Pick<Archive, 'append' | 'write' | 'next' | 'accept' | 'knows' | 'hosts' | 'stats' | 'close'>;
