/** Words that firmware, boards and distributions wrote, and what a shell makes of os-release. */
import { execFileSync } from 'node:child_process';
import { array, assert, constantFrom, oneof, property, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignments, releaseOf } from '../../src/proc/os-release.ts';
import { decoded, filledIn, tidy, told } from '../../src/proc/words.ts';
import { machineOf } from '../fake/kernel.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('decoded()', () => {
  test('gives back any text that was UTF-8', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(text);
        expect(decoded(latin1(bytes))).toBe(bytes.toString());
      }),
    );
  });

  test('marks each byte that is none, and keeps what is around it', () => {
    assert(
      property(uint8Array({ maxLength: 12 }), (bytes) => {
        const text = decoded(`a${latin1(bytes)}z`);
        expect(text).toMatch(/^a[\s\S]*z$/);
        if (Buffer.from(bytes).toString().includes('\ufffd')) expect(text).toContain('\ufffd');
        else expect(text).toBe(`a${Buffer.from(bytes)}z`);
      }),
    );
    expect(decoded('W\xc3\x84\xff\xfe\xc3')).toBe('WÄ\ufffd\ufffd\ufffd');
    // Too long a spelling of a slash, half a surrogate, beyond Unicode.
    expect(decoded('\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80')).toBe(
      `${'\ufffd'.repeat(2)} ${'\ufffd'.repeat(3)} ${'\ufffd'.repeat(4)}`,
    );
  });
});

describe('words', () => {
  test.each([
    ['  Intel(R)  Xeon(R)\t CPU \n', 'Intel(R) Xeon(R) CPU'],
    ['\x01\x1b[31m\x7f', '[31m'],
    ['a\u00a0b', 'a b'],
    [' \n\0', null],
    ['', null],
    [null, null],
  ])('%j on one line is %j', (text, wanted) => {
    expect(tidy(text)).toBe(wanted);
  });

  test('end at a NUL, and are UTF-8 to the last byte', () => {
    const { machine } = machineOf({ '/a': Buffer.from('Grüße à\0rest\n'), '/b': Buffer.from('à\n') });
    expect([told(machine, '/a'), told(machine, '/b'), told(machine, '/none')]).toEqual(['Grüße à', 'à', null]);
  });

  test.each([
    'To Be Filled By O.E.M.',
    'To be filled by O.E.M.',
    'Default string',
    'System Product Name',
    'System Serial Number',
    'Not Specified',
    'Not Applicable',
    'None',
    '0',
    '00000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '00000000-0000-0000-0000-000000000000',
    '............',
    'O.E.M.',
    'Unknown',
    '123456789',
  ])('%s is a field that nobody filled in', (text) => {
    expect(filledIn(machineOf({ '/f': `${text}\n` }).machine, '/f')).toBe(null);
  });

  test.each(['0GFKVD', 'PowerEdge R620', 'Unknown Pleasures 2', 'ff00ab', '10000000abcdef01', 'Default', 'None of it'])(
    '%s is a word',
    (text) => {
      expect(filledIn(machineOf({ '/f': `${text}\n` }).machine, '/f')).toBe(text);
    },
  );
});

/** What a shell says of the variables A and B. */
function shell(text: string): readonly string[] {
  const script = `${text}\nprintf '%s\\0%s' "$A" "$B"`;
  return execFileSync('/bin/sh', ['-c', script], { env: {}, stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .split('\0');
}

describe('os-release', () => {
  test('is read as a shell reads it', () => {
    const plain = string({ unit: constantFrom(...'abcÄ€9.-+_/:@%,=~^'), maxLength: 6 });
    const doubled = array(oneof(plain, constantFrom(' ', "'", '\\"', '\\\\', '\\$', '\\`', '\\n', '#', '&')), {
      maxLength: 6,
    });
    const single = array(oneof(plain, constantFrom(' ', '"', '\\', '$', '`')), { maxLength: 6 });
    const value = oneof(
      plain.map((text) => text.replace(/^~/, '')),
      doubled.map((all) => `"${all.join('')}"`),
      single.map((all) => `'${all.join('')}'`),
    );
    // A tilde behind a colon or an equals sign is a home to some shells.
    const safe = value.filter((text) => !/(?:^|[:=])~/.test(text));
    assert(
      property(safe, safe, (a, b) => {
        const text = `# a comment\nA=${a}\n\nB=${b}\n`;
        const found = assignments(text);
        expect([found.get('A'), found.get('B')]).toEqual(shell(text));
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['A="x', 'a quote that does not end'],
    ['A=x y', 'a program'],
    ['A="x" y', 'a program with a variable'],
    ['A = x', 'a program called A'],
    ['1A=x', 'no name'],
    ['#A=x', 'a comment'],
    ['A="$(reboot)"y', 'words glued together'],
  ])('%s is no assignment: %s', (line) => {
    expect([...assignments(`${line}\n`)]).toEqual([]);
  });

  test('what a program would do is only text', () => {
    expect(assignments('A=$(reboot)\nB="`id`"\n').get('A')).toBe('$(reboot)');
  });

  test('the last one of a name holds, with CR LF too', () => {
    expect(assignments('A=1\r\nA="2"\r\n').get('A')).toBe('2');
  });

  test('a quote that does not end takes no other line with it', () => {
    expect([...assignments('A="1\nB="2"\nC=3\n')]).toEqual([
      ['B', '2'],
      ['C', '3'],
    ]);
  });

  test('takes whatever there is', () => {
    assert(
      property(uint8Array({ maxLength: 200 }), (bytes) => {
        const { machine } = machineOf({ '/etc/os-release': bytes, '/etc/redhat-release': bytes });
        const { name, version } = releaseOf(machine);
        for (const word of [name, version]) expect(word === null || word === tidy(word)).toBe(true);
      }),
    );
  });
});
