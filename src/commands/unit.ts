/** `sdr unit`: a recording as a service of systemd, with what the packages' services are confined to. */
import type { Command, Option, Values, World } from '../command.ts';
import { text, texts } from '../command.ts';
import { SdrError } from '../errors.ts';
import { item, word } from '../pages/unit/file.ts';
import type { Need, Secret } from '../pages/unit/hardening.ts';
import { forwarding, node, pi, programs, xen } from '../pages/unit/hardening.ts';
import type { Service } from '../pages/unit/service.ts';
import { packagedInterval, packagedOptions, serviceText, stateDirectory } from '../pages/unit/service.ts';
import { everything, installed } from '../pages/unit/shipped.ts';
import { record } from './record.ts';
import { absolute, pathsOf, placeOf, secretsOf } from './unit-paths.ts';

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
    const isTyped = (option: Option): boolean => values[valueName(option)] !== undefined;
    const isBare = words.length === 0 && !options.some(isTyped) && values['config'] !== false;
    const service = isBare ? configured(world, values) : asked(world, words, values);
    world.print(serviceText({ ...service, about: [...service.about, ...how(isBare ? 'sdr' : 'sdr-NAME')] }));
    return 'done';
  },
};

const how = (name: string): readonly string[] => [
  `In /etc/systemd/system/${name}.service it is started by: systemctl daemon-reload; systemctl enable --now ${name}`,
];

/** What the configuration says, whenever it starts. */
function configured(world: World, typed: Values): Service {
  const file = text(typed, 'config');
  return {
    ...everything,
    about: file === undefined ? everything.about : [`Records what ${item(file)} says.`, ...everything.about.slice(1)],
    exec: [word(program(world)), 'record', ...configTyped(typed)].join(' '),
    needs: editionNeeds(world),
  };
}

/** Which configuration was named. Throws a usage error. */
function configTyped(typed: Values): readonly string[] {
  const file = text(typed, 'config');
  if (file === undefined) return typed['config'] === false ? ['--no-config'] : [];
  absolute(file);
  return ['--config', word(file)];
}

/** Throws what `record` would. */
function asked(world: World, words: readonly string[], typed: Values): Service {
  const all = hasInterval(words) ? words : [...words, packagedInterval(record)];
  const names = all.map((each) => each.split('@', 1)[0] ?? '');
  const isRoot = names.includes('xenrec');
  const outputs = texts(typed, 'output');
  const values: Values = { ...packagedValues(), ...typed };
  record.check?.(world, all, { ...values, output: outputs.length === 0 ? ['/var/lib/sdr'] : outputs });
  refuseCount(all);
  const places = outputs.map(placeOf);
  pathsOf(typed).forEach(absolute);
  const secrets = secretsOf(typed);
  return {
    about: [
      ...places
        .filter(({ state }) => state === '')
        .map(({ path }) => `${item(path)} must be there and belong to its user.`),
      ...secrets.map(({ path }) => `systemd reads ${item(path)} when it starts: only root need read it.`),
    ],
    description: `System data recorder: ${all.join(' ').replaceAll('%', '%%')}`,
    pages: ['sdr-record(1)', 'sdr-install(7)'],
    exec: [
      word(program(world)),
      'record',
      ...all.map(word),
      ...(places.length === 0 ? ['-o', stateDirectory] : []),
      ...options.flatMap((option) => typedAgain(option, values[valueName(option)])),
      ...configTyped(typed),
    ].join(' '),
    isConfigured: false,
    state: places.length === 0 ? (isRoot ? 'sdr-xen' : 'sdr') : places.flatMap(({ state }) => state || []).join(' '),
    writes: places.flatMap(({ path, state }) => (state === '' ? [item(path)] : [])),
    isRoot,
    needs: [...needsOf(names, typed, secrets), ...editionNeeds(world)],
  };
}

/** What recorders and options need. */
const needsOf = (recorders: readonly string[], typed: Values, secrets: readonly Secret[]): readonly Need[] => [
  ...(recorders.includes('pirec') ? [pi] : []),
  ...(recorders.includes('xenrec') ? [xen] : []),
  ...(texts(typed, 'to').length > 0 ? [forwarding(secrets)] : []),
  ...(texts(typed, 'exec').length > 0 ? [programs] : []),
];

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

/** `--max-bytes <size>` is `maxBytes` among the values. */
const valueName = ({ flags }: Option): string =>
  (/--([a-z-]+)/.exec(flags)?.[1] ?? '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

const packagedValues = (): Values =>
  Object.fromEntries(packagedOptions(record).map(({ option, value }) => [valueName(option), value]));

/** An option as somebody would type it; what systemd hands over lies in %d, where sdr looks for the token by itself. */
function typedAgain({ flags }: Option, value: Values[string]): readonly string[] {
  const long = /--[a-z-]+/.exec(flags)?.[0] ?? '';
  if (value === undefined || value === false) return [];
  if (long === '--token-file') return [];
  if (long === '--key') return [long, '%d/key'];
  if (value === true) return [long];
  return (typeof value === 'string' ? [value] : value).flatMap((each) => [long, word(each)]);
}
