/** Text of another language in a template: every backslash is its own, but those before `${` and a backquote, which end a template. */
export const verbatim = ({ raw }: TemplateStringsArray): string => raw.join('').replace(/\\(?=\$\{|`)/g, '');
