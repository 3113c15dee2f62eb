/** `node scripts/enter.mjs scripts/wasm.ts`: the decoders of src/pipeline/kafka/unpack/blocks.wat as they run, in blocks.ts beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

const folder = new URL('../src/pipeline/kafka/unpack/', import.meta.url);
export const written: string = fileURLToPath(new URL('blocks.ts', folder));

/** The text of blocks.ts. */
export async function blocksFile(): Promise<string> {
  const wabt = await loadWabt();
  const source = readFileSync(new URL('blocks.wat', folder), 'utf8');
  const parsed = wabt.parseWat('blocks.wat', source, { simd: true, bulk_memory: true });
  const bytes = Buffer.from(parsed.toBinary({}).buffer);
  parsed.destroy();
  const lines = bytes.toString('base64').match(/.{1,110}/g)!;
  return [
    '/** blocks.wat as it runs, in base64; written by scripts/wasm.ts. */',
    'export const blocks =',
    ...lines.map((line, i) => `  '${line}'${i === lines.length - 1 ? ';' : ' +'}`),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(written, await blocksFile());
