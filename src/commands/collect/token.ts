/** `sdr collect token add|list|revoke`: who may write. */
import { span } from '../../amount.ts';
import type { Collector, TokenState } from '../../collector.ts';
import type { Values, World } from '../../command.ts';
import { flag, text, texts } from '../../command.ts';
import type { Exit } from '../../errors.ts';
import { SdrError } from '../../errors.ts';
import { aligned } from '../../pages/aligned.ts';
import type { Asked } from './words.ts';

const fileOf = ({ directory }: Asked, values: Values): string => text(values, 'tokens') ?? `${directory}/.sdr/tokens`;

/** Prints the token, once and alone, so that a script can catch it. */
export function addToken(world: World, collector: Collector, asked: Asked, values: Values): Exit {
  const { engine, print, report } = world;
  const name = text(values, 'name');
  if (name === undefined) throw new SdrError('usage', 'collect token add: expected --name NAME');
  const expires = text(values, 'expires');
  const file = fileOf(asked, values);
  const secret = collector.addToken(file, {
    name,
    hosts: patterns(values, 'host'),
    recorders: patterns(values, 'recorder'),
    expires: expires === undefined ? null : engine.clock.wall() + span(expires, '--expires'),
    enrol: flag(values, 'enrol'),
    readOnly: flag(values, 'readOnly'),
  });
  print(`${secret}\n`);
  report.note(`Only its hash is kept, in ${file}: this is the one time that it is shown`);
  return 'done';
}

function patterns(values: Values, name: string): readonly string[] {
  const given = texts(values, name).flatMap((each) => each.split(','));
  return given.length > 0 ? given : ['*'];
}

export function listTokens({ print }: World, collector: Collector, asked: Asked, values: Values): Exit {
  const tokens = collector.tokens(fileOf(asked, values));
  print(flag(values, 'json') ? `${JSON.stringify(tokens, null, 2)}\n` : aligned([head, ...tokens.map(row)]));
  return 'done';
}

const head = ['name', 'hosts', 'recorders', 'expires', 'may'];

function row({ name, hosts, recorders, expires, enrol, readOnly, isExpired }: TokenState): string[] {
  const until = expires === null ? 'never' : new Date(expires).toISOString().slice(0, 10);
  const may = readOnly ? 'read' : enrol ? 'write, enrol' : 'write';
  return [name, hosts.join(','), recorders.join(','), isExpired ? `${until} (over)` : until, may];
}

export function revokeToken(world: World, collector: Collector, asked: Asked, values: Values): Exit {
  collector.revokeToken(fileOf(asked, values), asked.name);
  world.report.note(`A collector that runs refuses ${asked.name} within seconds`);
  return 'done';
}
