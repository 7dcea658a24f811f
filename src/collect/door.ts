/** One address that is listened on: opened, given new certificates, closed. */
import type { Secured } from './tls.ts';

export interface Door {
  /** `https://[::]:7373` */
  readonly where: string;
  /** Of TLS: new certificates for those who come from now on. */
  renew(secured: Secured): void;
  /** Takes nobody any more; who is idle is sent away. */
  close(): void;
  /** Sends everybody away. */
  end(): void;
}

/** Only servers of TLS have it. */
export function renewed(server: object, secured: Secured): void {
  if ('setSecureContext' in server && typeof server.setSecureContext === 'function') server.setSecureContext(secured);
}
