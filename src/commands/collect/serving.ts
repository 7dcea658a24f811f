/** What the options of a running collector mean. */
import { count, size, span } from '../../amount.ts';
import type { Serving } from '../../collector.ts';
import type { Values } from '../../command.ts';
import { flag, text, texts } from '../../command.ts';
import { SdrError } from '../../errors.ts';
import { defaultPort, type Limits, limits } from '../../wire/limits.ts';

/** Throws a usage error. */
export function servingOf(path: string, values: Values): Serving {
  const listen = texts(values, 'listen');
  return {
    path,
    listen: listen.length > 0 ? listen : [String(defaultPort)],
    tokens: text(values, 'tokens') ?? null,
    insecure: flag(values, 'insecure'),
    tls: tlsOf(values),
    limits: limitsOf(values),
    journalBytes: sizeOf(values, 'journal'),
    openFiles: countOf(values, 'openFiles'),
    minFree: sizeOf(values, 'minFree'),
  };
}

function tlsOf(values: Values): Serving['tls'] {
  const cert = text(values, 'tlsCert');
  const key = text(values, 'tlsKey');
  const clientCa = text(values, 'tlsClientCa') ?? null;
  if (cert !== undefined && key !== undefined) return { cert, key, clientCa };
  if (cert === undefined && key === undefined && clientCa === null) return null;
  throw new SdrError('usage', 'TLS: expected both --tls-cert and --tls-key');
}

function limitsOf(values: Values): Limits {
  const idle = text(values, 'idle');
  return {
    ...limits,
    connections: countOf(values, 'maxConnections') ?? limits.connections,
    body: sizeOf(values, 'maxBody') ?? limits.body,
    inflated: sizeOf(values, 'maxInflated') ?? limits.inflated,
    pending: sizeOf(values, 'maxPending') ?? limits.pending,
    idle: idle === undefined ? limits.idle : span(idle, '--idle'),
  };
}

const option = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function sizeOf(values: Values, name: string): number | null {
  const value = text(values, name);
  return value === undefined ? null : size(value, option(name));
}

function countOf(values: Values, name: string): number | null {
  const value = text(values, name);
  try {
    return value === undefined ? null : count(value);
  } catch {
    throw new SdrError('usage', `${option(name)} "${value}": expected a whole number from 1`);
  }
}
