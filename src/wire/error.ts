/** What a receiver refuses: a status of HTTP and one clear line, the same in both modes. */

/**
 * - 400 malformed, 401 no or unknown token, 403 a token for other hosts or recorders
 * - 409 another machine under this name, or bytes that are not those before
 * - 413 larger than the limits, 429 too fast, 503 busy, 507 disk full: again later
 */
export type Status = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 411 | 413 | 415 | 429 | 431 | 500 | 503 | 507;

export class WireError extends Error {
  override readonly name = 'WireError';
  readonly status: Status;

  constructor(status: Status, message: string) {
    super(message);
    this.status = status;
  }
}
