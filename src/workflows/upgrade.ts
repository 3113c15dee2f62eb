/**
 * State that an earlier release wrote → state as this release reads it. A workflow lives for years and takes its state along
 * from run to run; each entity (job, stream, rollout) has a list of steps, and looks at it once, where a run begins. Owns how the
 * list is gone through; what a step does is its entity's.
 */

/** What every entity's state has. */
export interface Versioned {
  /** 1 of the first release; one more for each step since. */
  readonly stateVersion: number;
}

/** Makes of a state of one version the one of the next. Pure, and final: what a released step does is never changed. */
export type UpgradeStep = (state: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** The version that this release writes. */
export const versionAfter = (steps: readonly UpgradeStep[]): number => 1 + steps.length;

/**
 * Throws where a later release wrote it: the workflow's task fails then, visibly, and is tried again until a worker of that release has
 * it. A state is never read as what it isn't.
 */
export function upgraded<T extends Versioned>(what: string, state: T, steps: readonly UpgradeStep[]): T {
  const known = versionAfter(steps);
  if (state.stateVersion > known) {
    const message = `The state of ${what} is of version ${state.stateVersion}, and this release knows ${known}: run workers of the release that wrote it.`;
    throw new Error(message);
  }
  let at = { ...state } as unknown as Readonly<Record<string, unknown>>;
  for (const step of steps.slice(state.stateVersion - 1)) at = step(at);
  return { ...at, stateVersion: known } as unknown as T;
}
