/** How a function refuses its arguments: as an error of the record. */
import { limits } from '../../../contracts/limits.ts';
import { room } from '../../budget.ts';
import { RecordError } from '../../ports.ts';

export function fail(message: string): never {
  throw new RecordError('sql', message);
}

/** Called before a text of so many characters is made. */
export function checkLength(characters: number, name: string): void {
  if (characters > limits.textCharsMax)
    fail(`${name} would make a text of ${characters} characters; the most is ${limits.textCharsMax}`);
  room(2 * characters, name);
}
