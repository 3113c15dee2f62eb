/**
 * Loaded before each test file: its process ends within a bound, and says what has kept it. The runner's own time limit asks by
 * SIGTERM, which Temporal's runtime takes for its own; what the process started ends with it.
 */
import { after } from 'node:test';
import { isMainThread } from 'node:worker_threads';

/** Milliseconds that one file may take: nothing here takes longer, however slow the machine. */
const fileMsMax = 900_000;
/** Milliseconds for what a file's own hooks close, and for what nobody closes any more. */
const lingerMsMax = 180_000;

// Threads and processes of a test inherit this module, and have another file as their own.
if (isMainThread && process.argv[1]?.endsWith('.test.ts') === true) {
  endIn(fileMsMax, 'its tests had not ended');
  after(() => endIn(lingerMsMax, 'its tests had ended, and something was left that kept it'));
}

/** Only where something keeps the process until then. */
function endIn(ms: number, why: string): void {
  const end = (): void => {
    const kept = process.getActiveResourcesInfo().join(', ');
    console.error(`${process.argv[1]} is given up after ${Math.round(process.uptime())} s: ${why} (${kept})`);
    process.exit(1);
  };
  setTimeout(end, ms).unref();
}
