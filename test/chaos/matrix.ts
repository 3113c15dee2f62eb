/**
 * Runs scenarios one after another in worlds that those alike share: a world is closed when a run has failed in it, when the next
 * needs another, and after so many runs. Owns what is told of a run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { runScenario } from './run.ts';
import { type Cell, cellName, type Scenario, scenarioOf, type WorldKind } from './scenario.ts';
import { Timeline } from './timeline.ts';
import { World } from './world.ts';

export interface Result {
  readonly scenario: Scenario;
  readonly seconds: number;
  /** Null: it passed. Else everything that is known of the run, and at its end what was wrong: the end is what a cut log keeps. */
  readonly failure: string | null;
  /** What was wrong, by itself; empty where it passed. */
  readonly why: string;
  /** What happened, and when. */
  readonly timeline: string;
}

export interface MatrixOptions {
  readonly scenarios: readonly { readonly seed: number; readonly cell?: Cell | undefined }[];
  /** Milliseconds after which no further run is begun. */
  readonly enoughMs?: number;
  /** Whether the timelines of runs that pass are told too. */
  readonly verbose?: boolean;
  readonly onResult?: (text: string) => void;
}

/** Milliseconds that one run may take: the longest faults, and everything that is waited for after them, are well within. */
const runMsMax = 600_000;

/** Topics and closed workflows of past runs slow their servers. */
const runsPerWorld = 40;

export async function runMatrix({
  scenarios,
  enoughMs = Number.POSITIVE_INFINITY,
  verbose = false,
  onResult,
}: MatrixOptions): Promise<Result[]> {
  const results: Result[] = [];
  let world: World | null = null;
  let used = 0;
  const began = performance.now();
  try {
    for (const scenario of alike(scenarios.map(({ seed, cell }) => scenarioOf(seed, cell)))) {
      if (performance.now() - began > enoughMs) break;
      if (world !== null && kindOf(world.kind) !== kindOf(scenario.world)) {
        await world.close();
        world = null;
        used = 0;
      }
      world ??= await World.open({ kind: scenario.world });
      const result = await attempt(world, scenario);
      results.push(result);
      onResult?.(describe(result, verbose));
      if (++used < runsPerWorld && result.failure === null) continue;
      await world.close();
      world = null;
      used = 0;
    }
  } finally {
    await world?.close();
  }
  return results;
}

const kindOf = (kind: WorldKind): string => Object.values(kind).join();

/** Those that share a world one after another, else in their order: opening one takes longer than a run. */
function alike(scenarios: readonly Scenario[]): Scenario[] {
  const byKind = Map.groupBy(scenarios, (s) => kindOf(s.world));
  return [...byKind.values()].flat();
}

async function attempt(world: World, scenario: Scenario): Promise<Result> {
  const timeline = new Timeline();
  let failure: string | null = null;
  let why = '';
  try {
    const over = sleep(runMsMax, null, { ref: false }).then(() => {
      throw new Error(`the run has not come to its end in ${runMsMax / 1_000} s`);
    });
    await Promise.race([runScenario(world, scenario, timeline), over]);
  } catch (error) {
    why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    failure = [await world.lastWords(), '', `again: ${replay(scenario)}`, why].join('\n');
  }
  return { scenario, seconds: timeline.seconds, failure, why, timeline: timeline.text };
}

const replay = (s: Scenario): string => `npm run chaos -- --seed ${s.seed} --only ${cellName(s)}`;

function describe({ scenario, seconds, failure, timeline }: Result, verbose: boolean): string {
  const line = `${failure === null ? '✔' : '✖'} seed ${scenario.seed} ${cellName(scenario)} (${seconds.toFixed(1)} s)`;
  if (failure === null) return verbose ? `${line}\n${timeline}\n` : line;
  return `${line}\n${timeline}\n\n${failure}\n`;
}
