/** Text for people: aligned columns, short numbers, ages. */

/** Columns two blanks apart; the last is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return aligned()([head, ...rows]);
}

/** Makes lines of rows, again and again: each column is as wide as the widest cell so far. */
export function aligned(): (rows: readonly (readonly string[])[]) => string {
  const widths: number[] = [];
  return (rows) => {
    for (const row of rows) {
      for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
    }
    return rows
      .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  '))
      .map((line) => `${line.trimEnd()}\n`)
      .join('');
  };
}

/** 1234567 → 1,234,567 */
export const grouped = (n: number): string => Math.round(n).toLocaleString('en-US');

/** Milliseconds as kubectl writes ages: 42s, 5m, 3h, 12d. */
function age(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 120) return `${s}s`;
  if (s < 7200) return `${Math.floor(s / 60)}m`;
  if (s < 172_800) return `${Math.floor(s / 3600)}h`;
  return `${Math.floor(s / 86_400)}d`;
}

/** Of an ISO 8601 time. */
export const ageSince = (time: string): string => age(Date.now() - Date.parse(time));

/** Milliseconds that something took: 12ms, 3.4s, then like an age. */
export function took(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)}s` : age(ms);
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([k, v]) => `${k}=${v}`);
  return pairs.length === 0 ? '-' : pairs.join(',');
}

export type Facts = readonly (readonly [name: string, value: string])[];

export const factText = (facts: Facts): string =>
  facts.map(([name, value]) => `${name.padEnd(12)} ${value}\n`).join('');

export const section = (title: string, body: string): string => `\n${title}\n${body.replace(/^(?=.)/gm, '  ')}`;
