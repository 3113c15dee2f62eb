/**
 * What becomes of a running job when a changed spec is applied to it: the answer of policies/update-verdict, shown by
 * `millrace plan`, by a dry run, and in the answer to the change itself. Plain JSON.
 */

/** From the weakest to the strongest: of several changes at once the strongest decides. */
export const verdictKinds = ['none', 'in_flight', 'drain_replace', 'refused'] as const;

/**
 * none: nothing changes for its tasks. in_flight: a new generation takes over, same group, same output contract.
 * drain_replace: intake stops, what is in flight is finished and committed, then the new plan starts under the same name.
 * refused: the change can't be made, and the job stays as it is.
 */
export type VerdictKind = (typeof verdictKinds)[number];

/** One change, and why it asks for what it asks for. */
export interface VerdictReason {
  /** JSON pointer into the job's document, such as `/spec/sink/kafka/topic`. */
  readonly path: string;
  /** What this change alone would ask for. */
  readonly kind: VerdictKind;
  /** What changed, in one sentence: `the sink's topic changes from acme.a to acme.b`. */
  readonly what: string;
  /** Why it matters for who reads the output or owns the job. */
  readonly why: string;
  /** What the owner can do where they want it otherwise; empty where there is nothing to do. */
  readonly remedy: string;
}

export interface Verdict {
  readonly kind: VerdictKind;
  /** Every change, the strongest first. */
  readonly reasons: readonly VerdictReason[];
}
