/**
 * `npm run bench [-- kernel|throughput|deploy …]`: the figures of the README beside it, each with its spread and its bar, all
 * in one run. It measures and prints; it never fails over a figure.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { deploy } from './deploy.ts';
import { benchKernel, kernelTable } from './kernel.ts';
import { show, spread } from './support/statistics.ts';
import { throughput } from './throughput.ts';

const events = 1_000_000;
const runs = 5;
const deploys = 7;

const parts: Readonly<Record<string, () => Promise<void>>> = {
  kernel: async () => {
    console.log('\n## Kernel alone, one core (bars: Q1 at least 3M events/s and 10 times avsc + JSON.stringify)\n');
    console.log(kernelTable(benchKernel(events)));
  },
  throughput: async () => {
    console.log(
      '\n## Through a real broker on the same cores, Q1 to JSON (bars: 500,000 events/s, 500,000 per CPU-second of the host, under 300 MB)\n',
    );
    console.log(
      '| host | events/s, first to last output | per CPU-second, running | … with its start | peak RSS, MB |',
    );
    console.log('| --- | --- | --- | --- | --- |');
    for (const r of await throughput(events, runs)) {
      const cells = [r.eventsPerSecond, r.eventsPerCpuSecondRunning, r.eventsPerCpuSecond, r.peakRssMb];
      console.log(`| ${r.name} | ${cells.map((c) => (c.length === 0 ? '–' : show(spread(c)))).join(' | ')} |`);
    }
  },
  deploy: async () => {
    console.log('\n## Deploy to first output, warm servers (bar: 3,000 ms)\n');
    console.log(`${show(spread(await deploy(deploys)))} ms`);
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
console.log(
  `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const [name, run] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await run();
process.exit(0);
