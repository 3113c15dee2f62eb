/**
 * One run of one process under the contract of ../peers/README.md, watched from outside: when its output grew, and what
 * it had cost by then. Knows nothing of what the process is.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Work } from '../peers/work.ts';
import { cpuSeconds, peakRssMb } from './process-figures.ts';
import { TopicEnd } from './topics.ts';

/** Milliseconds between looks; without growth after which the output counts as complete; that a run may take. */
const lookMs = 20;
const quietMs = 500;
const runMsMax = 10 * 60_000;
/** Milliseconds that a process may take to end after it was told to. */
const endMsMax = 5_000;

export interface Figures {
  /** Events of the input per second between the first and the last growth of the output, and in the second half of that. */
  readonly eventsPerSecond: number;
  readonly eventsPerSecondHalf: number;
  /** Events per second of the process's CPU: from its start to the last output, and in the second half of the output. */
  readonly eventsPerCpuSecond: number;
  readonly eventsPerCpuSecondHalf: number;
  /** From the start of the process to the first growth. */
  readonly firstOutputMs: number;
  readonly peakRssMb: number;
  /** What the process said of itself. */
  readonly said: Readonly<Record<string, unknown>>;
}

interface Growth {
  readonly at: number;
  readonly end: number;
  readonly cpu: number;
}

/** Throws where the process fails, reads something else than all records, or writes nothing. */
export async function watched(command: readonly [string, ...string[]], work: Work): Promise<Figures> {
  const output = await TopicEnd.of(work.bootstrap, work.output);
  const began = performance.now();
  const [file, ...args] = command;
  const child = spawn(file, args, { env: { ...process.env, WORK: JSON.stringify(work) }, stdio: 'pipe' });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (e) => resolve(e.message));
    child.on('close', (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  let [end, said, complaint] = ['', '', ''];
  void ended.then((how) => {
    end = how;
  });
  child.stdout.on('data', (d: Buffer) => {
    said += d.toString();
  });
  child.stderr.on('data', (d: Buffer) => {
    complaint = (complaint + d.toString()).slice(-2000);
  });
  const growth: Growth[] = [];
  try {
    for (let quietSince = began; !said.includes('\n') || performance.now() - quietSince < quietMs; ) {
      await sleep(lookMs);
      if (performance.now() - began > runMsMax) throw new Error(`${file} took longer than ${runMsMax} ms.`);
      const cpu = end === '' ? cpuSeconds(child.pid!) : null;
      if (cpu === null) throw new Error(`${command.join(' ')} is gone before its time: ${end}\n${complaint}`);
      const at = performance.now();
      const reached = await output.now();
      if (reached > (growth.at(-1)?.end ?? 0)) {
        growth.push({ at, end: reached, cpu });
        quietSince = at;
      }
    }
    const about = JSON.parse(said.slice(0, said.indexOf('\n'))) as { readonly records: number };
    if (about.records !== work.records) throw new Error(`It read ${about.records} of ${work.records} records.`);
    return { ...figures(growth, began, work.records), peakRssMb: peakRssMb(child.pid!), said: { ...about } };
  } finally {
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), endMsMax);
    await ended;
    clearTimeout(late);
    await output.close();
  }
}

function figures(growth: readonly Growth[], began: number, records: number): Omit<Figures, 'peakRssMb' | 'said'> {
  const [first, last] = [growth[0], growth.at(-1)];
  if (first === undefined || last === undefined) throw new Error('It wrote nothing.');
  const half = growth.find((g) => g.end >= last.end / 2)!;
  const events = (from: Growth): number => (records * (last.end - from.end)) / last.end;
  const seconds = (from: Growth): number => Math.max(1, last.at - from.at) / 1000;
  return {
    eventsPerSecond: events(first) / seconds(first),
    eventsPerSecondHalf: events(half) / seconds(half),
    eventsPerCpuSecond: records / last.cpu,
    eventsPerCpuSecondHalf: events(half) / Math.max(0.01, last.cpu - half.cpu),
    firstOutputMs: first.at - began,
  };
}
