/** What a process has cost so far, seen from outside and the same way for all: Linux's /proc. */
import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second for everyone, whatever its kernel's own tick. */
const ticksPerSecond = 100;

/** Seconds of CPU of all its threads, those that have ended too; null where it is gone. */
export function cpuSeconds(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses, which may hold spaces; utime and stime are the 14th and 15th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return null;
  }
}

/** Its largest resident size so far, in megabytes. */
export function peakRssMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
