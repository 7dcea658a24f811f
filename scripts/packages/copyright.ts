/** The copyright file of the package, Debian Policy 12.5: the licences of sdr and of everything that is linked into its program. */
import { recorderLicences } from '../licences.ts';

const head = 'sdr is free software; the program is static and holds what follows, each under its own licence.';

export const copyright = (): string => `${head}\n\n${recorderLicences()}`;
