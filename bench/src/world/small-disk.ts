import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory, that can be filled up without harm to anybody else. */
export interface SmallDisk {
  /** A folder on it that is not there yet. */
  readonly home: string;
  /** Removes it with all that is left on it. */
  remove(): void;
}

/** Whether this process may mount: only root may, and only Linux has what is mounted. */
export function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** Mounts a tmpfs. Throws where {@link canMount} is false, and where a container forbids it. */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'pitwall-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=711`, 'pitwall', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o711 });
  return {
    home,
    remove: () => {
      execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
}
