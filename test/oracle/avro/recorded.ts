/** A pair whose answer stands in answers/avro.json.gz. */
import type { Answer, Question } from './java.ts';

export interface RecordedPair extends Question {
  readonly answer: Answer;
}
