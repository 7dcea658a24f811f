/**
 * The two spellings of the Library of Monitoring Objects. The XML is the tree of the JSON below `<root>`: an element for each name, one
 * for each entry of a list, and `<row>` for the entries of a list in a list. Documented in https://www.rfc-editor.org/rfc/rfc8259 and
 * https://www.w3.org/TR/xml/.
 */

/** What both can spell. */
export type Tree = string | number | readonly Tree[] | { readonly [name: string]: Tree };

const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree);

/** One document with lists of numbers and words on one line, as people write them. */
export function jsonText(tree: Tree): string {
  return `${json(tree, '')}\n`;
}

function json(tree: Tree, indent: string): string {
  if (typeof tree !== 'object') return JSON.stringify(tree);
  const inner = `${indent}  `;
  const block = (open: string, parts: readonly string[], close: string) =>
    parts.length === 0 ? open + close : `${open}\n${parts.map((each) => inner + each).join(',\n')}\n${indent}${close}`;
  if (!isList(tree)) {
    const parts = Object.entries(tree).map(([name, value]) => `${JSON.stringify(name)}: ${json(value, inner)}`);
    return block('{', parts, '}');
  }
  if (isFlat(tree)) return `[${tree.map((each) => json(each, inner)).join(', ')}]`;
  return block(
    '[',
    tree.map((each) => json(each, inner)),
    ']',
  );
}

const isFlat = (tree: Tree): boolean => (isList(tree) ? tree.every(isFlat) : typeof tree === 'number');

/** One document in UTF-8. */
export function xmlText(tree: Tree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('root', tree, '')}`;
}

/** Names are those of recorders, columns and ours: XML allows them all. */
function element(name: string, tree: Tree, indent: string): string {
  if (typeof tree !== 'object') return `${indent}<${name}>${xmlEscaped(String(tree))}</${name}>\n`;
  const parts: readonly (readonly [string, Tree])[] = isList(tree)
    ? tree.map((each) => ['row', each])
    : Object.entries(tree);
  const inside = parts.map(([part, value]) => elements(part, value, `${indent}  `)).join('');
  return `${indent}<${name}>\n${inside}${indent}</${name}>\n`;
}

/** A list is its entries, each an element of that name. */
function elements(name: string, tree: Tree, indent: string): string {
  if (!isList(tree)) return element(name, tree, indent);
  return tree.map((each) => element(name, each, indent)).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** Text between tags. What XML cannot hold at all (control characters, halves of characters) becomes U+FFFD. */
export function xmlEscaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>\r]/g, (letter) => entities[letter] ?? letter);
}
