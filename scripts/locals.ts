/**
 * Makes `var` of the `let` and `const` of a bundle where that is the same. QuickJS looks at each use of a `let` whether it has a value
 * by now, and has its short instructions for `var` only: a sample takes some 4 % longer with `let`.
 */
import ts from 'typescript';

/** The text of a module with other words for the same. */
export function withVars(text: string): string {
  const file = ts.createSourceFile('module.js', text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.JS);
  const found: ts.VariableDeclarationList[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclarationList(node) && isLexical(node) && (isOfFunction(node) || isOfLoop(node)))
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  let out = '';
  let done = 0;
  for (const list of found) {
    const at = list.getStart(file);
    out += `${text.slice(done, at)}var`;
    done = at + (list.flags & ts.NodeFlags.Const ? 'const' : 'let').length;
  }
  return out + text.slice(done);
}

const isLexical = ({ flags }: ts.Node): boolean =>
  (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let || (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;

/** Of a function's own body, no block in it: either is there from its first statement to its last. */
function isOfFunction({ parent }: ts.Node): boolean {
  return ts.isVariableStatement(parent) && ts.isBlock(parent.parent) && ts.isFunctionLike(parent.parent.parent);
}

/**
 * Of the head of a loop in a function: in it nothing outlives a turn, as a function that is made there could, and nothing else in the
 * function is called the same.
 */
function isOfLoop(list: ts.VariableDeclarationList): boolean {
  const { parent: loop } = list;
  if (!(ts.isForStatement(loop) || ts.isForOfStatement(loop) || ts.isForInStatement(loop))) return false;
  const home = ts.findAncestor(loop, ts.isFunctionLike);
  if (!home || holds(loop, (node) => ts.isFunctionLike(node) || ts.isClassLike(node))) return false;
  const names = new Set<string>();
  holds(list, (node) => {
    if (ts.isBindingName(node) && ts.isIdentifier(node)) names.add(node.text);
    return false;
  });
  return !holds(
    home,
    (node) => node !== loop && ts.isIdentifier(node) && names.has(node.text) && !isWithin(node, loop),
  );
}

const isWithin = (node: ts.Node, outer: ts.Node): boolean => node.pos >= outer.pos && node.end <= outer.end;

function holds(node: ts.Node, what: (each: ts.Node) => boolean): boolean {
  return ts.forEachChild(node, (child) => what(child) || holds(child, what)) ?? false;
}
