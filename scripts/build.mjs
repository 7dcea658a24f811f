/** `npm run build`: bundles the full edition into dist/. What does it is TypeScript, which not every Node reads that this has to run on. */
import { join } from 'node:path';
import { register } from 'tsx/esm/api';

register();
const { bundle, root } = await import('./bundle.ts');
await bundle(join(root, 'dist'));
