/** Limits of a receiver, each with its default: the collector keeps them, sdr-wire(7) prints them. Bytes and milliseconds. */
export const limits = {
  /** Of a request's body as it was sent, and of a frame over TCP. */
  body: 2 ** 20,
  /** Of a compressed body once it is inflated. */
  inflated: 16 * 2 ** 20,
  /** Of all header fields of a request. */
  header: 8192,
  /** Of everything received and not answered yet, of all connections. */
  pending: 32 * 2 ** 20,
  /** Connections at a time. */
  connections: 16_384,
  /** Requests or frames of a connection that wait for an answer. */
  pipelined: 64,
  /** Until a TLS connection stands. */
  handshake: 10_000,
  /** Until the header of a request has arrived; over TCP until AUTH has. */
  headers: 5000,
  /** Until a request has arrived as a whole; over TCP a frame. */
  request: 15_000,
  /** How often all that is looked at. */
  check: 1000,
  /** Between two requests of a connection. */
  keepAlive: 90_000,
  /** Between two frames of a connection over TCP. */
  idle: 15 * 60_000,
  /** For an answer that nobody reads. */
  unread: 120_000,
  /** For what is in flight when the collector is told to end. */
  drain: 5000,
};

export type Limits = { readonly [name in keyof typeof limits]: number };

/** The port of HTTP where none is named. */
export const defaultPort = 7373;

/** One token may have this share of what is pending, so that nobody starves the others. */
export const tokenShare = 0.5;

/** What strangers may send in a request of `/v1/records`. */
export const guestLimits = {
  rows: 50_000,
  columns: 250,
  /** Of all rows. */
  cells: 250_000,
  /** Characters of the name of a column. */
  name: 100,
};
