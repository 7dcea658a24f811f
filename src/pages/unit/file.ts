/**
 * Unit files of systemd as data, and the words of a command line in them. Format: systemd.syntax(7); quoting in ExecStart:
 * systemd.service(5), "COMMAND LINES".
 */

/** A setting of a section; the reason becomes a comment above it. */
export interface Setting {
  readonly name: string;
  /** As it stands behind `=`; '' resets what was set before. */
  readonly value: string;
  readonly why?: string;
}

export interface UnitSection {
  readonly title: 'Unit' | 'Service' | 'Install';
  readonly settings: readonly Setting[];
}

export const setting = (name: string, value: string, why?: string): Setting =>
  why === undefined ? { name, value } : { name, value, why };

/** The text of a file; `about` are lines of comment at its top. */
export function unitText(about: readonly string[], sections: readonly UnitSection[]): string {
  const blocks = sections.map(({ title, settings }) => [`[${title}]`, ...settings.flatMap(settingLines)].join('\n'));
  return `${[about.map(comment).join('\n'), ...blocks].join('\n\n')}\n`;
}

function settingLines({ name, value, why }: Setting): readonly string[] {
  const line = `${name}=${value}`;
  return why === undefined ? [line] : [comment(why), line];
}

const comment = (text: string): string => (text === '' ? '#' : `# ${text}`);

/** Settings of which each line adds to those before. */
const adding = new Set(['DeviceAllow']);

/** Settings with others in the place of those of the same name; new ones come last, one of '' takes its name away. */
export function overridden(settings: readonly Setting[], others: readonly Setting[]): readonly Setting[] {
  const theirs = (name: string) => others.filter((other) => other.name === name && other.value !== '');
  const isOurs = ({ name }: Setting) => adding.has(name) || !others.some((other) => other.name === name);
  const replaced = settings.flatMap((own, at) => {
    if (isOurs(own)) return [own];
    return settings.findIndex(({ name }) => name === own.name) === at ? theirs(own.name) : [];
  });
  const isNew = ({ name, value }: Setting) =>
    value !== '' && (adding.has(name) || !settings.some((own) => own.name === name));
  return [...replaced, ...others.filter(isNew)];
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

/** One word of a command line that reaches the program as it is: no specifier, no variable, nothing that parts it. */
export const word = (text: string): string => item(text).replaceAll('$', '$$$$');

/** One of the paths of a setting, where a `$` means nothing. */
export function item(text: string): string {
  const plain = text.replaceAll('%', '%%');
  if (/^[\w@%+=:,./$[\]{}*?^~!<>()&|-]+$/.test(plain)) return plain;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  return `"${plain.replace(/["\\\x00-\x1f\x7f]/g, (letter) => escapes[letter] ?? hexadecimal(letter))}"`;
}

const hexadecimal = (letter: string): string => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
