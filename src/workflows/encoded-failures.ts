/**
 * Failures where a payload codec is set: their messages and stacks, which may quote specs and SQL, become payloads, which the codec encrypts.
 * Loaded by workers, and by the bundle of workflows that is made for them.
 */
import { DefaultFailureConverter, type ProtoFailure } from '@temporalio/common';
import { aheadOfHistory } from '../contracts/names.ts';

class EncodedFailures extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  /** What clients know by its message is told by the server, which can't decode it; it quotes nobody. */
  override errorToFailure(...[error, ...more]: Parameters<DefaultFailureConverter['errorToFailure']>): ProtoFailure {
    const failure = super.errorToFailure(error, ...more);
    if (!(error instanceof Error && error.message.includes(aheadOfHistory))) return failure;
    return { ...failure, message: aheadOfHistory };
  }
}

export const failureConverter = new EncodedFailures();
