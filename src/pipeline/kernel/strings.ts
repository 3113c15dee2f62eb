/** What generated code calls to compare and decode pieces of UTF-8. Texts are ordered by code point, as their bytes are. */
import { spendText } from '../budget.ts';

export function equalBytes(src: Uint8Array, start: number, end: number, literal: Uint8Array): boolean {
  if (end - start !== literal.length) return false;
  for (let i = 0; i < literal.length; i++) if (src[start + i] !== literal[i]) return false;
  return true;
}

export function equalSlices(
  src: Uint8Array,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let i = start, k = otherStart; i < end; i++, k++) if (src[i] !== src[k]) return false;
  return true;
}

export function compareBytes(src: Uint8Array, start: number, end: number, literal: Uint8Array): number {
  const length = Math.min(end - start, literal.length);
  for (let i = 0; i < length; i++) {
    const difference = src[start + i]! - literal[i]!;
    if (difference !== 0) return difference;
  }
  return end - start - literal.length;
}

export function compareSlices(
  src: Uint8Array,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
): number {
  const length = Math.min(end - start, otherEnd - otherStart);
  for (let i = 0; i < length; i++) {
    const difference = src[start + i]! - src[otherStart + i]!;
    if (difference !== 0) return difference;
  }
  return end - start - (otherEnd - otherStart);
}

export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    // Surrogates stand for characters above all others, but UTF-16 puts them before U+E000.
    const high = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
    return high(x) - high(y);
  }
  return a.length - b.length;
}

/** Bytes of a text that is counted: shorter ones are as many as the query and the lists that it loops over have. */
const countedBytes = 1024;

export function decode(src: Buffer, start: number, end: number): string {
  if (end - start > countedBytes) spendText(end - start, 'reading a text');
  return src.toString('utf8', start, end);
}
export const upper = (text: string): string => text.toUpperCase();
export const lower = (text: string): string => text.toLowerCase();
