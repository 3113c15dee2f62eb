/** A stream's state from release to release: step n makes version n + 1 of version n (docs/upgrade.md). Added to, and never changed. */
import type { UpgradeStep } from '../upgrade.ts';

export const streamSteps: readonly UpgradeStep[] = [];
