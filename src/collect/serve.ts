/** A collector from its start to its end. */
import type { Caller, Serving } from '../collector.ts';
import type { Exit } from '../errors.ts';
import { Guard } from './guard.ts';
import type { Keeper } from './keeper.ts';
import { Running } from './running.ts';

/** Until a signal. Rejects with an SdrError. */
export async function serve(
  caller: Caller,
  serving: Serving,
  open: (caller: Caller, serving: Serving) => Promise<Keeper>,
): Promise<Exit> {
  const { engine } = caller;
  const guard = new Guard(caller, serving, () => engine.clock.wall());
  const archive = await open(caller, serving);
  try {
    const running = await Running.start(caller, serving, archive, guard);
    guard.sayWhoMayWrite();
    engine.onSignal('HUP', () => running.reload(true));
    const exit = await new Promise<Exit>((resolve) => {
      engine.onSignal('TERM', () => resolve('done'));
      engine.onSignal('INT', () => resolve('interrupted'));
    });
    await running.stop();
    return exit;
  } finally {
    await archive.close();
  }
}
