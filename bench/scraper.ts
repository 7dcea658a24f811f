import { Agent, get } from 'node:http';

/** Fetches a page on an interval, in the bench's own process, so that its cost is nobody's. */
export interface Scraper {
  bytes(): number;
  stop(): void;
}

export function scrape(url: string, interval: number): Scraper {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let bytes = 0;
  const fetchOnce = () => {
    get(url, { agent }, (response) => {
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
    }).on('error', () => {
      // Not listening yet, or stopped: the byte count tells.
    });
  };
  const timer = setInterval(fetchOnce, interval * 1000);
  fetchOnce();
  return {
    bytes: () => bytes,
    stop() {
      clearInterval(timer);
      agent.destroy();
    },
  };
}
