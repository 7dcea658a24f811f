/** Certificates: ours, read again when they change, and the name in that of a client. */
import { readFileSync } from 'node:fs';
import type { SecureContextOptions, TLSSocket, TlsOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { Certificates } from '../collector.ts';
import { SdrError } from '../errors.ts';
import { errno } from '../host.ts';

export type Secured = SecureContextOptions & TlsOptions;

/** What a server of TLS is made with. Throws `config` when it is no certificate, `permission` when it may not be read. */
export function securedBy({ cert, key, clientCa }: Certificates): Secured {
  const secured: Secured = {
    cert: pem(cert),
    key: pem(key),
    minVersion: 'TLSv1.2',
    ...(clientCa === null ? {} : { ca: pem(clientCa), requestCert: true, rejectUnauthorized: true }),
  };
  try {
    createSecureContext(secured);
    return secured;
  } catch (error) {
    const why = (error as Error).message.replace(/\s+/g, ' ');
    throw new SdrError('config', `Cannot use ${cert} with ${key}: ${why}`, error);
  }
}

function pem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = errno(error);
    const isRefused = code === 'EACCES' || code === 'EPERM';
    throw new SdrError(isRefused ? 'permission' : 'config', `Cannot read ${path}: ${isRefused ? 'not allowed' : code}`);
  }
}

/** The CN of a client's certificate: the host that it is for; '' when there is no single one. */
export function certificateName(socket: TLSSocket): string {
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : '';
}
