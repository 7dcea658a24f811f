/** What the probe imports on demand. */
export const word = 'loaded on demand';
