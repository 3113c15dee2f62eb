/** The same for tests: see src/cli/generate/random.ts. */
export { Random } from '../../src/cli/generate/random.ts';
