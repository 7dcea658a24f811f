/** `sdr unit`: a recording as a service of systemd, with what the packages' services are confined to. */
import type { Command, Option, Values, World } from '../command.ts';
import { texts } from '../command.ts';
import { SdrError } from '../errors.ts';
import { item, word } from '../pages/unit/file.ts';
import type { Need } from '../pages/unit/hardening.ts';
import { forward, node, pi, programs, xen } from '../pages/unit/hardening.ts';
import type { Service } from '../pages/unit/service.ts';
import { packagedInterval, packagedOptions, serviceText, stateDirectory } from '../pages/unit/service.ts';
import { everything, installed } from '../pages/unit/shipped.ts';
import { record } from './record.ts';

/** What makes sense on a command line only does not in a service. */
const options = record.options.filter(({ key }) => key !== null);

export const unit: Command = {
  name: 'unit',
  summary: 'print a systemd service that records',
  words: '[recorder[@interval]…] [interval]',
  options,
  examples: [
    'sdr unit',
    'sdr unit sysrec cpurec hdwrec@30m 5s > /etc/systemd/system/sdr-fast.service',
    'sdr unit xenrec 10s',
    'sdr unit nicrec 1s -o /srv/sdr --skip-devices "nicrec=veth*" --keep 7d',
  ],
  run(world, words, values) {
    const isBare = words.length === 0 && options.every((option) => values[valueName(option)] === undefined);
    const service = isBare ? configured(world) : asked(world, words, values);
    world.print(serviceText({ ...service, about: [...service.about, ...how(isBare ? 'sdr' : 'sdr-NAME')] }));
    return 'done';
  },
};

const how = (name: string): readonly string[] => [
  `In /etc/systemd/system/${name}.service it is started by: systemctl daemon-reload; systemctl enable --now ${name}`,
];

/** What the configuration says, whenever it starts. */
const configured = (world: World): Service => ({
  ...everything,
  exec: `${word(program(world))} record`,
  needs: editionNeeds(world),
});

/** Throws what `record` would. */
function asked(world: World, words: readonly string[], typed: Values): Service {
  const all = hasInterval(words) ? words : [...words, packagedInterval(record)];
  const names = all.map((each) => each.split('@')[0]);
  const isRoot = names.includes('xenrec');
  const outputs = texts(typed, 'output');
  const values: Values = { ...packagedValues(), ...typed };
  record.check?.(world, all, { ...values, output: outputs.length === 0 ? ['/var/lib/sdr'] : outputs });
  refuseCount(all);
  const places = outputs.map(placeOf);
  for (const path of [...texts(typed, 'recorder'), ...texts(typed, 'root')]) absolute(path);
  return {
    about: places.flatMap(({ path, state }) =>
      state === '' ? [`${item(path)} must be there and belong to its user.`] : [],
    ),
    description: `System data recorder: ${all.join(' ').replaceAll('%', '%%')}`,
    pages: ['sdr-record(1)', 'sdr-install(7)'],
    exec: [
      word(program(world)),
      'record',
      ...all.map(word),
      ...(places.length === 0 ? ['-o', stateDirectory] : []),
      ...options.flatMap((option) => typedAgain(option, values[valueName(option)])),
    ].join(' '),
    isConfigured: false,
    state: places.length === 0 ? (isRoot ? 'sdr-xen' : 'sdr') : places.flatMap(({ state }) => state || []).join(' '),
    writes: places.flatMap(({ path, state }) => (state === '' ? [item(path)] : [])),
    isRoot,
    needs: [
      ...(names.includes('pirec') ? [pi] : []),
      ...(isRoot ? [xen] : []),
      ...(texts(typed, 'to').length > 0 ? [forward] : []),
      ...(texts(typed, 'exec').length > 0 ? [programs] : []),
      ...editionNeeds(world),
    ],
  };
}

const editionNeeds = ({ engine }: World): readonly Need[] => (engine.name.startsWith('node') ? [node] : []);

function program({ engine }: World): string {
  const found = engine.system.find('sdr', ['/usr/bin', '/usr/local/bin']);
  return found?.startsWith('/') ? found : installed;
}

const isAmount = (each: string): boolean => /^[\d.]/.test(each);

/** Whether an interval governs all recorders. */
const hasInterval = (words: readonly string[]): boolean =>
  words.some(isAmount) || (words.length > 0 && words.every((each) => each.includes('@')));

function refuseCount(words: readonly string[]): void {
  const [, count] = words.filter(isAmount);
  if (count !== undefined) {
    throw new SdrError('usage', `unit: expected no count, got "${count}": a service records until it is stopped`);
  }
}

/** Where an output lies; `state` is what systemd makes below /var/lib, '' elsewhere. */
function placeOf(path: string): { readonly path: string; readonly state: string } {
  if (path === '-')
    throw new SdrError('usage', 'unit: expected a directory, got "-": rows do not belong into the journal');
  absolute(path);
  const state = /^\/var\/lib\/+(.+?)\/*$/.exec(path)?.[1] ?? '';
  return { path, state: state === '' ? '' : item(state) };
}

function absolute(path: string): void {
  if (path.startsWith('/') && !path.split('/').includes('..')) return;
  throw new SdrError('usage', `unit: expected an absolute path, got "${path}": a service has no working directory`);
}

/** `--max-bytes <size>` is `maxBytes` among the values. */
const valueName = ({ flags }: Option): string =>
  (/--([a-z-]+)/.exec(flags)?.[1] ?? '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const packagedValues = (): Values =>
  Object.fromEntries(packagedOptions(record).map(({ option, value }) => [valueName(option), value]));

/** An option as somebody would type it. */
function typedAgain({ flags }: Option, value: Values[string]): readonly string[] {
  const long = /--[a-z-]+/.exec(flags)?.[0] ?? '';
  if (value === undefined || value === false) return [];
  if (value === true) return [long];
  return (typeof value === 'string' ? [value] : value).flatMap((each) => [long, word(each)]);
}
