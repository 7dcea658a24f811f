/** A service of sdr: what it runs, as whom, where it writes, and what it needs beyond the hardening of all. */
import type { Command, Option } from '../../command.ts';
import type { Setting, UnitSection } from './file.ts';
import { overridden, setting, unitText } from './file.ts';
import type { Need } from './hardening.ts';
import { hardening } from './hardening.ts';

/** The user of recorders that need no rights. */
export const user = 'sdr';

/** Of the command that a service runs, what its pace and its bounds are where nobody says otherwise. */
export type Recording = Pick<Command, 'options' | 'keys'>;

interface Packaged {
  readonly option: Option;
  /** As it is typed: `--max-bytes`. */
  readonly long: string;
  readonly value: string;
}

/** The options that a service has where nobody says otherwise. */
export const packagedOptions = ({ options }: Recording): readonly Packaged[] =>
  options.flatMap((option) => {
    const value = option.key?.packaged;
    return value === undefined ? [] : [{ option, long: /--[a-z-]+/.exec(option.flags)?.[0] ?? '', value }];
  });

/** The interval that a service has where nobody says otherwise. */
export const packagedInterval = ({ keys = [] }: Recording): string =>
  keys.find(({ flags }) => flags.startsWith('--interval '))?.key?.packaged ?? '10s';

/** What systemd puts in its place: the directory that it made. */
export const stateDirectory = '$STATE_DIRECTORY';

/** Exits after which starting again would end the same way: usage, unavailable, locked, permission, config. */
const final = '64 69 75 77 78';

export interface Service {
  readonly about: readonly string[];
  readonly description: string;
  /** Pages of the manual, `sdr(1)`. */
  readonly pages: readonly string[];
  /** The command line, its words quoted. */
  readonly exec: string;
  /** Whether it has a configuration that SIGHUP makes it read again. */
  readonly isConfigured: boolean;
  /** Below /var/lib; '' = none. */
  readonly state: string;
  /** Directories elsewhere that it writes to. */
  readonly writes: readonly string[];
  readonly isRoot: boolean;
  readonly needs: readonly Need[];
  /** Of a template. */
  readonly defaultInstance?: string;
}

export function serviceText(service: Service): string {
  return unitText(service.about, sectionsOf(service));
}

const sectionsOf = (service: Service): readonly UnitSection[] => [
  {
    title: 'Unit',
    settings: [
      setting('Description', service.description),
      setting('Documentation', service.pages.map((page) => `man:${page}`).join(' ')),
      setting('After', 'time-set.target'),
      ...service.writes.map((path) => setting('RequiresMountsFor', path)),
      setting('StartLimitIntervalSec', '0'),
    ],
  },
  { title: 'Service', settings: [...running(service), ...hardened(service.needs)] },
  {
    title: 'Install',
    settings: [
      setting('WantedBy', 'multi-user.target'),
      ...(service.defaultInstance === undefined ? [] : [setting('DefaultInstance', service.defaultInstance)]),
    ],
  },
];

function running({ exec, isConfigured, state, writes, isRoot }: Service): readonly Setting[] {
  return [
    setting('Type', 'exec'),
    setting('ExecStart', exec),
    ...(isConfigured ? [setting('ExecReload', "/bin/sh -c 'kill -HUP $MAINPID'")] : []),
    setting('Restart', 'on-failure'),
    setting('RestartSec', '10'),
    setting('RestartPreventExitStatus', final),
    setting('TimeoutStopSec', '15'),
    ...(isRoot ? [] : [setting('User', user), setting('Group', user)]),
    ...(state === '' ? [] : [setting('StateDirectory', state), setting('StateDirectoryMode', '0755')]),
    ...writes.map((path) => setting('ReadWritePaths', path)),
    setting('UMask', '0022'),
    setting('Nice', '10'),
    setting('OOMScoreAdjust', '-500', 'What happened when memory ran out is what a recorder is for.'),
    setting('MemoryHigh', '64M'),
    setting('MemoryMax', '256M'),
  ];
}

/** Of two needs that change the same setting the later one holds: put the one that asks for more behind. */
function hardened(needs: readonly Need[]): readonly Setting[] {
  return needs.reduce((settings, need) => overridden(settings, need.settings), hardening);
}
