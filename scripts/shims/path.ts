/** The part of node:path that commander uses: the program's name from its path. */
export function basename(path: string, extension = ''): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return extension !== '' && name.endsWith(extension) ? name.slice(0, -extension.length) : name;
}

export function extname(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot);
}
