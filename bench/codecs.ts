/** Unpacking of batches of firewall events, per codec, in plain bytes: on the thread for LZ4 and Snappy, and what zlib's threads leave to it. */
import { generateEvents } from '../examples/firewall/generate.ts';
import { type Codec, codecs, compress } from '../src/pipeline/kafka/codec.ts';
import { unpack } from '../src/pipeline/kafka/unpack/unpack.ts';
import { show, spread } from './support/statistics.ts';

const batchBytes = 900 * 1024;
const events = 40_000;
const runs = 15;

export async function benchCodecs(): Promise<string> {
  const plain = Buffer.concat([...generateEvents({ seed: 1, count: events })]);
  const rows: string[] = [];
  for (const codec of codecs.filter((c): c is Exclude<Codec, 'none'> => c !== 'none')) {
    const packed: Buffer[] = [];
    for (let at = 0; at < plain.length; at += batchBytes)
      packed.push(await compress(codec, plain.subarray(at, at + batchBytes)));
    const ratio = plain.length / packed.reduce((sum, p) => sum + p.length, 0);
    const [clock, cpu]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      const before = process.threadCpuUsage();
      for (const data of packed) await drain(codec, data);
      const { user, system } = process.threadCpuUsage(before);
      clock.push(plain.length / (performance.now() - began) / 1_000);
      cpu.push(plain.length / (user + system));
    }
    rows.push(`| ${codec} | ${ratio.toFixed(2)} | ${show(spread(cpu))} | ${show(spread(clock))} |`);
  }
  return [
    '| codec | ratio | MB/s of the thread’s CPU | MB/s by the clock |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

async function drain(codec: Exclude<Codec, 'none'>, data: Buffer): Promise<void> {
  const unpacking = unpack(codec, data);
  for (;;) {
    const pulled = unpacking.pull(unpacking.window.end);
    if (pulled === 'end') break;
    if (pulled === 'later') await unpacking.ready();
  }
  unpacking.close();
}
