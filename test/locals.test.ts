/** What a bundle is made of for QuickJS: `var` where it is the same as `let`, and only there. */
import { expect, test } from 'vitest';
import { withVars } from '../scripts/locals.ts';

test.each([
  ['a variable of a function', 'function f(){let a=1;const b=a;return b}', 'function f(){var a=1;var b=a;return b}'],
  [
    'of a method and of a closure',
    'class C{m(){let a=()=>{let b=1;return b};return a}}',
    'class C{m(){var a=()=>{var b=1;return b};return a}}',
  ],
  [
    'of the head of a loop',
    'let f=(n)=>{for(let i=0;i<n;i++)g(i);for(const x of n)g(x)}',
    'let f=(n)=>{for(var i=0;i<n;i++)g(i);for(var x of n)g(x)}',
  ],
])('%s becomes a var', (_, text, changed) => {
  expect(withVars(text)).toBe(changed);
});

test.each([
  ['of a module', 'let a=1;for(let i of a)g(i);'],
  ['of a block, which begins anew each time', 'function f(n){while(n()){let a;g(a);a=1}}'],
  ['of a loop that leaves functions behind, each with its own', 'function f(n){for(let i=0;i<n;i++)g(()=>i)}'],
  ['of a loop that leaves a class behind', 'function f(n){for(let i of n)g(class{static i=i})}'],
  ['of a loop, that is called like something else in the function', 'function f(n){for(let i of n)g(i);return i}'],
  ['of a class, which is no function', 'class C{static{let a=1;g(a)}}'],
])('a variable %s stays what it is', (_, text) => {
  expect(withVars(text)).toBe(text);
});

test('words in texts and patterns stay', () => {
  const text = 'function f(){return ["let a","const b",/let c/,`let d`]}';
  expect(withVars(text)).toBe(text);
});
