/** A CommonJS file as the one-file program compiles it, with what V8 made of it when the program was built, where that is known. */
import { Script } from 'node:vm';

const wrapped = (text: string): string => `(function(exports,require,module,importModule){${text}\n})`;

/** `text` is without the first line that the kernel reads, and has importModule() for import(), which a script has of its own only. */
export const scriptOf = (name: string, text: string, cachedData?: Buffer): Script =>
  new Script(wrapped(text), { filename: name, ...(cachedData && { cachedData }) });
