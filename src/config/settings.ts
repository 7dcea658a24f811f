/** What files and variables say of one command's keys, and where each of it stands. */
import type { Command, Values } from '../command.ts';
import { SdrError, unknownName } from '../errors.ts';
import type { Engine } from '../host.ts';
import type { Document } from './document.ts';
import type { ConfigKey } from './keys.ts';
import { keysOf, variable } from './keys.ts';

export interface Setting {
  readonly key: ConfigKey;
  readonly value: string | boolean | readonly string[];
  /** `/etc/sdr/sdr.toml:7`, `SDR_RECORD_FLUSH` or `default`. */
  readonly origin: string;
}

/** Of what nobody said. */
export const defaultOrigin = 'default';

/** By the name of the key. */
export type Settings = ReadonlyMap<string, Setting>;

/** What came of looking at a configuration; what is wrong in it does not hide what else is wrong. */
export interface Found {
  readonly settings: Settings;
  readonly faults: readonly SdrError[];
}

/** A value that its key cannot have. */
export const fault = (origin: string, message: string): SdrError => new SdrError('config', `${origin}: ${message}`);

/** `interval "abc": …` as it is, `recorders: unknown recorder "sysrek": …`; `key` may be ''. */
export function about(key: string, message: string): string {
  const small = message.charAt(0).toLowerCase() + message.slice(1);
  return key === '' || small.startsWith(`${key} `) ? small : `${key}: ${small}`;
}

/** What files and variables say. */
export function saidOf(command: Command, documents: readonly Document[], engine: Pick<Engine, 'env'>): Found {
  const files = fromFiles(command, documents);
  const variables = fromVariables(command, engine);
  const settings = layered(command, files.settings, variables.settings);
  return { settings, faults: [...files.faults, ...variables.faults] };
}

/** One over the other, the last one on top, in the order of the keys. */
export function layered(command: Command, ...layers: readonly Settings[]): Settings {
  const all = new Map(layers.flatMap((layer) => [...layer]));
  return byName(keysOf(command).flatMap(({ name }) => all.get(name) ?? []));
}

export const byName = (settings: readonly Setting[]): Settings =>
  new Map(settings.map((setting) => [setting.key.name, setting]));

/** Settings as if they had been typed. */
export function askedBy(settings: Settings): { readonly words: readonly string[]; readonly values: Values } {
  const all = [...settings.values()];
  const words = all
    .filter(({ key }) => key.isWord)
    .flatMap(({ value }) => (typeof value === 'object' ? value : String(value)));
  const values = all.filter(({ key }) => !key.isWord).map(({ key, value }) => [key.value, value]);
  return { words, values: Object.fromEntries(values) };
}

/** What files say; a later one replaces what an earlier one has said of the same key. */
function fromFiles(command: Command, documents: readonly Document[]): Found {
  const keys = new Map(keysOf(command).map((key) => [key.name, key]));
  const settings = new Map<string, Setting>();
  const faults: SdrError[] = [];
  for (const { entries } of documents) {
    for (const { table, key: name, value, origin } of entries) {
      const key = table === command.name ? keys.get(name) : undefined;
      if (key) keep(settings, faults, key, origin, name, () => ofToml(key, value));
    }
  }
  return { settings, faults };
}

/** What variables say. */
function fromVariables(command: Command, engine: Pick<Engine, 'env'>): Found {
  const settings = new Map<string, Setting>();
  const faults: SdrError[] = [];
  for (const key of keysOf(command)) {
    const text = variable(engine, key.variable);
    if (text !== null) keep(settings, faults, key, key.variable, '', () => ofVariable(key, text));
  }
  return { settings, faults };
}

function keep(
  settings: Map<string, Setting>,
  faults: SdrError[],
  key: ConfigKey,
  origin: string,
  name: string,
  read: () => Setting['value'],
): void {
  try {
    settings.set(key.name, { key, value: read(), origin });
  } catch (error) {
    if (!(error instanceof SdrError)) throw error;
    faults.push(fault(origin, about(name, error.message)));
  }
}

function ofToml(key: ConfigKey, value: unknown): Setting['value'] {
  if (key.kind === 'flag') {
    if (typeof value === 'boolean') return value;
    throw wanted('true or false', value);
  }
  if (key.kind === 'text') return textOf(key, value, 'a text or a number');
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => textOf(key, item, 'a list of texts'));
}

function textOf({ option: { choices, key } }: ConfigKey, value: unknown, what: string): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw wanted(what, value);
  const text = String(value);
  if (choices && !choices.includes(text)) throw unknownName('value', text, choices);
  key?.check?.(text);
  return text;
}

const wanted = (what: string, value: unknown): SdrError =>
  new SdrError('config', `expected ${what}, got ${JSON.stringify(value)}`);

const truths: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  on: true,
  0: false,
  false: false,
  no: false,
  off: false,
};

/** Items of a list are separated by blanks. */
function ofVariable(key: ConfigKey, text: string): Setting['value'] {
  if (key.kind === 'text') return textOf(key, text, '');
  if (key.kind === 'list') return (text.match(/\S+/g) ?? []).map((item) => textOf(key, item, ''));
  const value = truths[text.toLowerCase()];
  if (value === undefined) throw wanted('true or false', text);
  return value;
}
