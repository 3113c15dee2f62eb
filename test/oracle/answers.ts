/**
 * The committed answers of the oracles: what they said when test/oracle/record.ts asked them. The tests go by these where no
 * Java is installed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

const fileOf = (name: string): URL => new URL(`./answers/${name}.json.gz`, import.meta.url);

export const answers = <T>(name: string): readonly T[] =>
  JSON.parse(gunzipSync(readFileSync(fileOf(name))).toString()) as readonly T[];

export const keepAnswers = (name: string, cases: readonly unknown[]): void =>
  writeFileSync(fileOf(name), gzipSync(JSON.stringify(cases), { level: 9 }));
