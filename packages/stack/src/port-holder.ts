import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LISTEN_STATE = '0A';
const LSOF_TIMEOUT_MS = 3_000;

/**
 * The socket inodes that listen on a port, read from the text of `/proc/net/tcp` or `/proc/net/tcp6`.
 * Empty when nobody does.
 */
export function parseListeningInodes(procNetTcp: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return procNetTcp
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === LISTEN_STATE && columns[1]?.endsWith(suffix) === true)
    .flatMap((columns) => (columns[9] === undefined ? [] : [columns[9]]));
}

/** The first process that `lsof -F pc` names, or null when it names none. */
export function parseLsof(output: string): { readonly pid: number; readonly command: string } | null {
  const lines = output.split('\n');
  const pid = lines.find((line) => line.startsWith('p'))?.slice(1);
  if (pid === undefined || !/^\d+$/.test(pid)) return null;
  return { pid: Number(pid), command: lines.find((line) => line.startsWith('c'))?.slice(1) ?? 'unknown command' };
}

async function readOrEmpty(file: string): Promise<string> {
  // No IPv6 in the kernel, or a process that has ended meanwhile: then there is nothing to read.
  return readFile(file, 'utf8').catch(() => '');
}

async function holdsInode(pid: string, inodes: readonly string[]): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return targets.some((target) => inodes.some((inode) => target === `socket:[${inode}]`));
}

async function holderByProc(port: number): Promise<string | null> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const inodes = tables.flatMap((table) => parseListeningInodes(table, port));
  if (inodes.length === 0) return null;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await holdsInode(pid, inodes))) continue;
    const command = (await readOrEmpty(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
    return `pid ${pid} (${shorten(command)})`;
  }
  return null;
}

async function holderByLsof(port: number): Promise<string | null> {
  try {
    const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-F', 'pc'], {
      timeout: LSOF_TIMEOUT_MS,
    });
    const holder = parseLsof(stdout);
    return holder === null ? null : `pid ${holder.pid} (${holder.command})`;
  } catch {
    // lsof is not installed, or it found nobody (exit 1): the caller says that it is not known.
    return null;
  }
}

function shorten(command: string): string {
  return command.length > 120 ? `${command.slice(0, 119)}…` : command;
}

/**
 * Names who listens on a TCP port of this machine: `pid 4711 (node server.js)`. Linux by /proc, macOS by lsof.
 * When the holder belongs to another user or container it cannot be seen: `a process that this user cannot see`.
 */
export async function describePortHolder(port: number): Promise<string> {
  const holder = process.platform === 'linux' ? await holderByProc(port) : null;
  return holder ?? (await holderByLsof(port)) ?? 'a process that this user cannot see';
}
