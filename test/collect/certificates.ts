/** Certificates for tests, made by openssl(1). */
import { execFileSync } from 'node:child_process';

const openssl = (cwd: string, ...args: readonly string[]): void => {
  execFileSync('openssl', args, { cwd, stdio: 'pipe' });
};

/** A key and a self-signed certificate, `<name>.key` and `<name>.pem`. */
export function selfSigned(folder: string, name: string, cn = 'localhost'): void {
  const asked = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  openssl(folder, ...asked, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${cn}`);
}

/** A key and a certificate that another has signed. */
export function signed(folder: string, name: string, cn: string, by: string): void {
  const asked = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(folder, ...asked, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${cn}`);
  const sign = ['x509', '-req', '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-days', '30'];
  openssl(folder, ...sign, '-in', `${name}.csr`, '-out', `${name}.pem`);
}
