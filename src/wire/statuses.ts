/** Every status that a receiver answers, what it means, and what a sender does about it. */
import type { Status } from './error.ts';

export interface Meaning {
  /** The name that HTTP has for it. */
  readonly name: string;
  readonly meaning: string;
  /** What a sender does. */
  readonly sender: string;
  /** Seconds of Retry-After. */
  readonly after?: number;
}

export const statuses: Readonly<Record<200 | Status, Meaning>> = {
  200: { name: 'OK', meaning: 'everything in `next` is durable', sender: 'goes on there' },
  400: { name: 'Bad Request', meaning: 'malformed', sender: 'keeps its data and says so' },
  401: {
    name: 'Unauthorized',
    meaning: 'no token, or one that is unknown or expired',
    sender: 'keeps its data, tries slowly',
  },
  403: {
    name: 'Forbidden',
    meaning: 'a token or certificate for other hosts or recorders',
    sender: 'keeps its data, tries slowly',
  },
  404: { name: 'Not Found', meaning: 'no such path', sender: 'mends its URL' },
  405: { name: 'Method Not Allowed', meaning: 'the path knows other methods', sender: 'mends its request' },
  408: { name: 'Request Timeout', meaning: 'the request did not arrive in time', sender: 'sends it again' },
  409: {
    name: 'Conflict',
    meaning: 'another machine has this name, or other bytes are there',
    sender: 'sends no more of that file; a person decides',
  },
  411: { name: 'Length Required', meaning: 'a body of unknown length', sender: 'mends its request' },
  413: { name: 'Content Too Large', meaning: 'larger than the limits', sender: 'halves its batch' },
  415: { name: 'Unsupported Media Type', meaning: 'a type or encoding that is not known', sender: 'mends its request' },
  429: { name: 'Too Many Requests', meaning: 'this token has too much in flight', sender: 'waits', after: 1 },
  431: { name: 'Request Header Fields Too Large', meaning: 'larger than the limits', sender: 'mends its request' },
  500: { name: 'Internal Server Error', meaning: 'a fault in the collector', sender: 'waits' },
  503: { name: 'Service Unavailable', meaning: 'busy, or about to end', sender: 'waits', after: 1 },
  507: { name: 'Insufficient Storage', meaning: 'the disk is full or fails', sender: 'waits', after: 30 },
};
