/**
 * The SDK's runtime as tests have it: it logs nothing, and keeps no signal from the process, so that a test file whose time is
 * over ends.
 */
import { Runtime } from '@temporalio/worker';

const nothing = (): void => {};
export const quietLogger = {
  log: nothing,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

let installed = false;

/** There is one runtime in a process, and it is installed once: before anything else of the SDK's. */
export function installQuietRuntime(): void {
  if (!installed) Runtime.install({ shutdownSignals: [], logger: quietLogger });
  installed = true;
}
