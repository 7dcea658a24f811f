/** The collector: what keeps the contract of src/collector.ts, on Node.js. */
import type { Caller, Collector, CollectorState, Serving } from '../collector.ts';
import { SdrError } from '../errors.ts';
import { errno } from '../host.ts';
import { WireError } from '../wire/error.ts';
import { askAdmin } from './admin.ts';
import type { ArchiveOptions } from './archive/index.ts';
import { Archive } from './archive/index.ts';
import { openFilesBeside } from './files.ts';
import { serve } from './serve.ts';
import { addToken, readTokens, revokeToken } from './tokens/file.ts';

function openArchive({ report, engine }: Caller, serving: Serving): Promise<Archive> {
  const { path, journalBytes, openFiles, minFree, limits } = serving;
  return opened({
    path,
    maxPending: limits.pending,
    report: (line) => report.event(line),
    now: () => engine.clock.wall(),
    ...(journalBytes === null ? {} : { journalBytes }),
    openFiles: openFiles ?? openFilesBeside(limits.connections),
    ...(minFree === null ? {} : { minFree }),
  });
}

/** Rejects with an SdrError. */
async function opened(options: ArchiveOptions): Promise<Archive> {
  try {
    return await Archive.open(options);
  } catch (error) {
    const code = errno(error);
    if (code === '') throw error;
    const isRefused = code === 'EACCES' || code === 'EPERM';
    const why = isRefused ? 'not allowed' : code;
    throw new SdrError(isRefused ? 'permission' : 'cannotCreate', `Cannot collect into ${options.path}: ${why}`, error);
  }
}

async function status(path: string): Promise<CollectorState | null> {
  const reply = await askAdmin(path, 'GET', '/v1/status');
  if (!reply) return null;
  if (reply.status === 200) return JSON.parse(reply.body) as CollectorState;
  throw new SdrError('io', `The collector in ${path} answers ${reply.status}: ${reply.body}`);
}

/** The one that runs does it; without one we do. */
async function accept({ report }: Caller, path: string, host: string): Promise<void> {
  const reply = await askAdmin(path, 'POST', `/v1/accept?host=${encodeURIComponent(host)}`);
  if (reply?.status === 200) return;
  const nobody = new SdrError('usage', `host "${host}": expected one that a machine was refused under`);
  if (reply) throw reply.status === 404 ? nobody : new SdrError('io', `The collector answers ${reply.body}`);
  const archive = await opened({ path, report: (line) => report.event(line) });
  try {
    archive.accept(host);
  } catch (error) {
    throw error instanceof WireError && error.status === 404 ? nobody : error;
  } finally {
    await archive.close();
  }
}

export const collector: Collector = {
  serve: (caller, serving) => serve(caller, serving, openArchive),
  status,
  accept,
  addToken,
  tokens: (file) =>
    (readTokens(file) ?? []).map(({ hash: _, ...token }) => ({
      ...token,
      isExpired: token.expires !== null && token.expires <= Date.now(),
    })),
  revokeToken,
};
