/**
 * The bytes of JavaScript values that may be made of one record: its texts, arrays and maps where functions and
 * expressions take them apart, and what those make. One record must not take a thread's heap, which all its tasks share.
 * Counted as made, not as kept, and roughly: a text's units are taken to be two bytes each. What goes from the record's
 * bytes into the output's is not counted: buffers have bounds of their own.
 */
import { limits } from '../contracts/limits.ts';
import { RecordError } from './ports.ts';

/** What is left for the record that this thread is at; kernels set it at each record's beginning. */
export const budget = { left: limits.recordValueBytesMax as number };

/** Bytes of a text besides its units, of an element's place in an array, of an entry in a map, of a row or list besides what it holds, of a number that isn't small, of a joint of two texts. */
const [ofText, ofPlace, ofEntry, ofObject, ofNumber, ofJoint] = [24, 8, 56, 32, 16, 32];

/** To be called before bytes are made that stay. Throws RecordError `sql`. */
export function spend(bytes: number, maker: string): void {
  budget.left -= bytes;
  if (budget.left < 0) refuse(maker);
}

/** To be called before so many bytes are made that are let go of at once. Throws RecordError `sql`. */
export function room(bytes: number, maker: string): void {
  if (bytes > budget.left) refuse(maker);
}

function refuse(maker: string): never {
  throw new RecordError(
    'sql',
    `${maker} would make too much of this record: the most is ${limits.recordValueBytesMax / 2 ** 20} MiB of texts, arrays and maps. Make shorter texts or fewer elements of it.`,
  );
}

export const spendText = (units: number, maker: string): void => spend(ofText + 2 * units, maker);

/** Of a text that is put together of others JavaScript keeps each, and how they hang together, until it is read. */
export const spendJoined = (units: number, pieces: number, maker: string): void =>
  spend(ofText + 2 * units + ofJoint * (pieces - 1), maker);

/** The first unit of the text that was read last: V8 must not find the reading idle. */
const lastRead = { unit: 0 };

/** Counts a text that a function has made, in one piece. */
export function spendMade(text: string, maker: string): void {
  spendText(text.length, maker);
  lastRead.unit = text.charCodeAt(0);
}
export const spendItems = (count: number, maker: string): void => spend(ofObject + ofPlace * count, maker);
export const spendEntries = (count: number, maker: string): void => spend(ofObject + ofEntry * count, maker);

/** Counts a value that a function has made: with the texts and lists that are its elements, but not what those hold. */
export function spendValue(value: unknown, maker: string): void {
  if (typeof value === 'string') spendMade(value, maker);
  else if (typeof value === 'object' && value !== null) spendObject(value, maker);
}

function spendObject(value: object, maker: string): void {
  if (Array.isArray(value)) {
    let bytes = ofObject;
    for (const item of value) bytes += ofPlace + weight(item);
    spend(bytes, maker);
  } else if (value instanceof Map) {
    let bytes = ofObject;
    for (const [key, item] of value) bytes += ofEntry + weight(key) + weight(item);
    spend(bytes, maker);
  } else if (Buffer.isBuffer(value)) spend(ofObject + value.length, maker);
}

const weight = (item: unknown): number =>
  typeof item === 'string' ? ofText + 2 * item.length : item === null ? 0 : ofNumber;
