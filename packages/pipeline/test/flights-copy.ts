import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLIGHTS = join(import.meta.dirname, '../../../pipelines/flight-delay');

/** A copy of the flights' definition, to be broken; without the data. */
export class FlightsCopy {
  private constructor(readonly folder: string) {}

  static async make(): Promise<FlightsCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'pitwall-pipeline-'));
    await cp(FLIGHTS, folder, { recursive: true, filter: (source) => !source.endsWith('/data') });
    return new FlightsCopy(folder);
  }

  /** Replaces the first `before` in a file, which must be there. */
  async edit(file: string, before: string | RegExp, after: string): Promise<void> {
    const text = await this.read(file);
    const edited = text.replace(before, after);
    if (edited === text) throw new Error(`${file} has no ${String(before)}`);
    await this.write(file, edited);
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.folder, file), text);
  }

  remove(file = ''): Promise<void> {
    return rm(join(this.folder, file), { recursive: true });
  }
}
