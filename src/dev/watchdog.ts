/**
 * The watchdog: one tiny shell per parent process that outlives it for a moment. It reads from a pipe which process groups
 * to kill and which directories to remove; the pipe closes when the parent ends, however it ends (SIGKILL too), and
 * then it does both. It owns that list and nothing else: orderly stops are supervise.ts's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

// Ctrl-C and friends are the parent's to handle. The directories are the positional parameters, so that any path works.
// Files may still appear while a killed process goes away, hence the repeated removal.
const script = `
trap '' INT TERM HUP
groups=''
set --
while IFS= read -r line; do
  value=\${line#* }
  case $line in
    'watch '*) groups="$groups $value" ;;
    'forget '*) rest=''; for g in $groups; do [ "$g" = "$value" ] || rest="$rest $g"; done; groups=$rest ;;
    'remove '*) set -- "$@" "$value" ;;
  esac
done
for g in $groups; do kill -9 "-$g" 2>/dev/null; done
for d in "$@"; do
  for try in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$d" 2>/dev/null
    sleep 0.1
    [ -e "$d" ] || break
  done
done
`;

const groups = new Set<number>();
const directories = new Set<string>();
let shell: ChildProcess | undefined;

/** Kills the process group when this process ends. Resolves when the watchdog has been told. */
export function watchGroup(pgid: number): Promise<void> {
  groups.add(pgid);
  return tell(`watch ${pgid}`);
}

/** Its number may belong to somebody else from now on. */
export function forgetGroup(pgid: number): void {
  groups.delete(pgid);
  void tell(`forget ${pgid}`);
}

/** Removes the directory when this process ends. */
export function removeAtEnd(directory: string): Promise<void> {
  if (directory.includes('\n')) throw new Error(`a directory's name may not hold a line break: ${directory}`);
  directories.add(directory);
  return tell(`remove ${directory}`);
}

/** The owner has removed the directory itself. */
export function forgetDirectory(directory: string): void {
  directories.delete(directory);
}

function tell(line: string): Promise<void> {
  if (shell === undefined) return start();
  const pipe = shell.stdin!;
  return new Promise((resolve) => pipe.write(`${line}\n`, () => resolve()));
}

/** Starts the shell and tells it all that is known, also after somebody has killed the one before. */
function start(): Promise<void> {
  // A session of its own: a terminal's Ctrl-C doesn't reach it. No inherited stream: it never keeps a caller's pipe open.
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  shell = child;
  child.on('error', () => {});
  child.stdin!.on('error', () => {});
  child.once('exit', () => {
    if (shell === child) shell = undefined;
    if (groups.size > 0 || directories.size > 0) void start();
  });
  child.unref();
  (child.stdin as Socket).unref();
  const lines = [...[...groups].map((g) => `watch ${g}\n`), ...[...directories].map((d) => `remove ${d}\n`)];
  return new Promise((resolve) => child.stdin!.write(lines.join(''), () => resolve()));
}
