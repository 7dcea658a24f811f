/** Beside the load that Hamustro published: batches of 10 to 15 events, as events a minute. */
import { figure, table } from '../table.ts';
import type { Contestant } from './contestant.ts';
import type { Cell, Results } from './throughput.ts';

/** Its README: a Raspberry Pi 3, all four cores, 0.9 to 1.3 million events a minute, answered from memory. */
const published = ['Hamustro, as published (in memory)', '1300000', '400', '325000', 'Raspberry Pi 3, four cores'];

export function hamustroTable(results: Results, contestants: readonly Contestant[]): string {
  const cells: Cell[] = [
    { door: 'HTTP', hosts: 20, batch: '10–15' },
    { door: 'TCP', hosts: 20, batch: '10–15' },
  ];
  const rows = cells.flatMap((cell) =>
    contestants
      .filter(({ doors }) => doors.includes(cell.door))
      .map(({ name, promise }) => {
        const rate = results.of(name, cell, (lap) => lap.rate);
        const share = results.of(name, cell, (lap) => lap.share);
        const atFull = rate === null || share === null ? null : (60 * rate * 100) / share;
        const cost = [figure(share, 0), figure(atFull, 0), 'this machine, one core'];
        return [`${name}, ${cell.door} (${promise})`, figure(rate === null ? null : 60 * rate, 0), ...cost];
      }),
  );
  return table(['10 to 15 events a request', 'events a minute', 'CPU %', 'at 100 %', 'on'], [...rows, published]);
}
