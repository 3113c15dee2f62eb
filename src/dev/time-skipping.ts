/**
 * The time-skipping test server for workflow tests: Temporal's own, from the Java SDK, run on the JVM (its native download
 * exists for few platforms). The SDK starts and stops it as an executable.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { registerSearchAttributes } from '../client/search-attributes.ts';
import { classArchive } from './class-archive.ts';
import { type Progress, progressOnStderr, requireTool } from './fetch.ts';
import { jars } from './maven.ts';

const version = '1.31.0';
const instead = 'leave the workflow tests out';
const startsMax = 4;

// `exec` makes the JVM the process that the SDK knows. The watcher ends it should the one who started it be killed.
const wrapper = `#!/bin/sh
parent=$PPID
( while kill -0 "$parent" && kill -0 $$; do sleep 1; done; kill -9 $$ ) </dev/null >/dev/null 2>&1 &
here=$(dirname "$0")
[ -f "$here/classes.jsa" ] && archive="-XX:SharedArchiveFile=$here/classes.jsa"
exec java \${archive:+"$archive"} -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$here/libs/*" io.temporal.testserver.TestServer "$@"
`;

/** A server that knows Millrace's search attributes, and its clients; the caller ends it with `teardown()`. Throws MillraceError `internal` without Java or Maven. */
export async function startTimeSkipping(onProgress: Progress = progressOnStderr): Promise<TestWorkflowEnvironment> {
  const directory = await timeSkippingServer(onProgress);
  const environment = await started(join(directory, 'test-server'));
  await registerSearchAttributes({ address: environment.address, namespace: environment.namespace ?? 'default' });
  return environment;
}

/** The SDK gives the JVM five seconds to answer, which a machine that is busy with other things may not keep. */
async function started(path: string): Promise<TestWorkflowEnvironment> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path } },
      });
    } catch (error) {
      if (attempt >= startsMax) throw error;
    }
  }
}

/** The server's directory, fetched where the cache doesn't hold it. */
export async function timeSkippingServer(onProgress: Progress): Promise<string> {
  await requireTool('java', instead);
  const directory = await jars({
    name: `temporal-test-server-${version}`,
    artifacts: [
      { group: 'io.temporal', artifact: 'temporal-test-server', version },
      // It logs every task; without a binding it complains on stderr.
      { group: 'org.slf4j', artifact: 'slf4j-nop', version: '1.7.36' },
    ],
    instead,
    onProgress,
    salt: wrapper,
    finish: async (target) => {
      await writeFile(join(target, 'test-server'), wrapper);
      await chmod(join(target, 'test-server'), 0o755);
    },
  });
  const jvm = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${directory}/libs/*`];
  await classArchive({
    file: join(directory, 'classes.jsa'),
    args: (port) => [...jvm, 'io.temporal.testserver.TestServer', String(port)],
  });
  return directory;
}
