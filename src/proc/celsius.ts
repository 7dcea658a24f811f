/** Temperatures as the kernel tells them: thousandths of a degree Celsius, and what drivers tell when there is nothing to tell. */

/**
 * What a sensor reads whose input is open, shorted or unread: 127, 127.9 and 128 °C, -62 to -64 °C, -128 °C, 0 K. No computer works
 * at the first, and hardly one at the others.
 */
const lowest = -60_000;
const highest = 127_000;
/** Limits that nobody set read 0, 255 °C or 65261.85 °C. */
const highestLimit = 200_000;

/** A temperature, m°C; NaN when it is none. */
export const temperature = (value: number): number => (value > lowest && value < highest ? value : Number.NaN);

/** The temperature at which the machine turns itself off, m°C; NaN when that is not one. */
export const limit = (value: number): number => (value > 0 && value <= highestLimit ? value : Number.NaN);
