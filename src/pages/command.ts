/** The page of a command: its declaration, and the prose that its help has no room for (src/pages/topics/). */
import type { Command, Option } from '../command.ts';
import { commonOptions } from '../command.ts';
import type { Exit } from '../errors.ts';
import { exits } from '../errors.ts';
import type { Note } from '../recorder.ts';
import { folded } from './fold.ts';
import type { Block, Page, Section, Term } from './page.ts';
import { code, heading, references, sentence, terms, usage } from './page.ts';

/** What a page says beyond its command's declaration. */
export interface Prose {
  readonly description: readonly Block[];
  /** Paragraphs behind an option's help, by its long name. */
  readonly options?: Readonly<Record<string, readonly string[]>>;
  /** Behind the options. */
  readonly sections?: readonly Section[];
  readonly environment?: Block;
  readonly files?: Block;
  /** How it can end. */
  readonly exits: readonly Exit[];
  /** Over the command's notes; `NOTES` when there is none. */
  readonly notesTitle?: string;
  /** Behind those of the help. */
  readonly examples?: readonly Block[];
  readonly seeAlso: readonly string[];
}

export function commandPage(command: Command, prose: Prose): Page {
  const { name, summary, options, words, examples, notes = [] } = command;
  const optional = (title: string, block: Block | undefined): readonly Section[] =>
    block === undefined ? [] : [{ title, blocks: [block] }];
  return {
    name: `sdr-${name}`,
    section: 1,
    summary,
    sections: [
      { title: 'SYNOPSIS', blocks: [usage({ literal: `sdr ${name}`, words: `[options] ${words}`.trim() })] },
      { title: 'DESCRIPTION', blocks: prose.description },
      { title: 'OPTIONS', blocks: [optionList([...options, ...commonOptions], prose.options)] },
      ...(prose.sections ?? []),
      ...noteSections(prose.notesTitle ?? 'NOTES', notes),
      ...optional('ENVIRONMENT', prose.environment),
      ...optional('FILES', prose.files),
      { title: 'EXIT STATUS', blocks: [exitList(prose.exits)] },
      { title: 'EXAMPLES', blocks: [code(...examples.flatMap(folded)), ...(prose.examples ?? [])] },
      { title: 'SEE ALSO', blocks: [references(['sdr(1)', ...prose.seeAlso])] },
    ],
  };
}

/** Options with their help, as a list of terms. */
export function optionList(options: readonly Option[], more: Prose['options'] = {}): Block {
  return { kind: 'terms', isNarrow: false, items: options.map((option) => optionTerm(option, more)) };
}

/** `-o, --output <dir>`: names are literal, and what the help says of DIR is said of <dir>. */
function optionTerm({ flags, help, choices, isList }: Option, more: Readonly<Record<string, readonly string[]>>): Term {
  const long = /--[a-z-]+/.exec(flags)?.[0] ?? '';
  const value = /<([a-z]+)>/.exec(flags)?.[1];
  const told =
    value === undefined ? help : help.replaceAll(new RegExp(`\\b${value.toUpperCase()}\\b`, 'g'), `<${value}>`);
  const list = choices === undefined ? '' : `: ${choices.map((each) => `\`${each}\``).join(', ')}`;
  const repeated = isList && !help.includes('repeatable') ? ' (repeatable)' : '';
  return {
    term: flags.replace(/(?<!\S)-\w\b/, (short) => `\`${short}\``),
    text: [[sentence(told + repeated + list), ...(more[long] ?? [])].join(' ')],
  };
}

/** Exit codes with their meaning. */
export const exitList = (chosen: readonly Exit[]): Block =>
  terms(...chosen.map((exit): [string, string] => [String(exits[exit].code), sentence(exits[exit].help)]));

/** Notes under a title: paragraphs with headings, or a list where their titles are words. */
export function noteSections(title: string, notes: readonly Note[]): readonly Section[] {
  if (notes.length === 0) return [];
  const isList = notes.every((note) => /^[a-z][a-z0-9_]*$/.test(note.title));
  const list = () => terms(...notes.map((note): [string, string] => [`\`${note.title}\``, sentence(note.text)]));
  const listOf = ({ terms: list = [] }: Note) =>
    list.length === 0
      ? []
      : [terms(...list.map(([word, meaning]): [string, string] => [`\`${word}\``, sentence(meaning)]))];
  const paragraphs = () => notes.flatMap((note) => [heading(note.title), ...note.text.split('\n\n'), ...listOf(note)]);
  return [{ title, blocks: isList ? [list()] : paragraphs() }];
}
