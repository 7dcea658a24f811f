/**
 * `--recorder FILE`: a module whose default export is called with the {@link kit} and returns a recorder. It is code of the user's
 * and does what it likes; what is checked is that its declaration makes good CSV.
 */
import type { Exit } from '../errors.ts';
import { SdrError } from '../errors.ts';
import type { Engine } from '../host.ts';
import type { Recorder } from '../recorder.ts';
import { faultsOf } from './faults.ts';
import { kit } from './kit.ts';

/** Throws an SdrError that names the file and what is wrong with it. */
export async function loadRecorder(engine: Engine, path: string): Promise<Recorder> {
  const refuse = (exit: Exit, why: string, cause?: unknown): never => {
    throw new SdrError(exit, `Cannot use recorder ${path}: ${why}`, cause);
  };
  const module = await attempt(
    () => engine.load(path),
    (error) => refuse('config', error.message, error),
  );
  const make = typeof module === 'object' && module !== null && 'default' in module ? module.default : null;
  if (typeof make !== 'function') return refuse('config', 'expected "export default (sdr) => sdr.defineRecorder({…})"');
  const recorder = await attempt(
    () => make(kit),
    (error) => refuse('config', error.message, error),
  );
  if (!isRecorder(recorder))
    return refuse('config', 'expected name, summary, key, sources, fields, columns and open()');
  const [fault] = faultsOf(recorder);
  return fault === undefined ? recorder : refuse('config', fault);
}

async function attempt<T>(action: () => T | Promise<T>, failed: (error: Error) => never): Promise<T> {
  try {
    return await action();
  } catch (error) {
    return failed(error instanceof Error ? error : new Error(String(error)));
  }
}

function isRecorder(value: unknown): value is Recorder {
  const found = Object(value) as Partial<Recorder>;
  const { name, summary, key, sources, fields, columns, open } = found;
  const words = typeof name === 'string' && typeof summary === 'string' && (key === null || typeof key === 'string');
  return words && Array.isArray(sources) && isTable(fields) && isTable(columns) && typeof open === 'function';
}

const isTable = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((each) => typeof each === 'object' && each !== null && 'help' in each);
