/**
 * The launcher (scripts/enter.mjs) is a process between the user and this one. Killed with SIGKILL it can't pass anything
 * on, so this process looks whether it is still there, and ends as by SIGTERM when it isn't.
 */

import { launcherPid } from '../config.ts';

/** Milliseconds between looks. */
const lookEveryMs = 500;
let looking = false;

/** Does nothing where no launcher has started this process. */
export function endWithLauncher(): void {
  const launcher = launcherPid();
  if (looking || process.ppid !== launcher) return;
  looking = true;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, lookEveryMs);
  timer.unref();
}
