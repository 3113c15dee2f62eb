/** Entries of a job's history, for tests: number n happened n seconds into 2026. */
import type { RequestEntry, TransitionEntry } from '../../src/contracts/history.ts';
import { at } from './positions.ts';

const common = (seq: number) => ({
  tenant: 'acme',
  job: 'denied',
  life: 'life-1',
  seq,
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
  by: 'millrace',
  why: null,
  requestId: null,
  revision: 1,
  generation: 1,
  plan: '0123456789abcdef',
});

export const requestEntry = (seq: number, more: Partial<RequestEntry> = {}): RequestEntry => ({
  kind: 'request',
  ...common(seq),
  by: 'ann',
  requestId: 'r1',
  asked: { kind: 'pause' },
  verdict: null,
  ...more,
});

export const transitionEntry = (seq: number, more: Partial<TransitionEntry> = {}): TransitionEntry => ({
  kind: 'transition',
  ...common(seq),
  event: 'confirmed',
  from: 'deploying',
  to: 'running',
  durationMs: 3_400,
  cause: null,
  ended: null,
  began: at({ in: { 0: '42' } }),
  ...more,
});
