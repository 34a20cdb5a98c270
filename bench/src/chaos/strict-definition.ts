import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '@pitwall/contracts';

/** The flights farther than this are refused: about six of ten. */
const FARTHEST_MI = 700;
const DISTANCE = /^(\s*distance_mi: \[1, )\d+(\])$/m;

/** Writes a copy of the definition that takes long flights for mistakes. @returns its folder */
export function strictDefinition(original: string, into: string): string {
  const folder = join(into, 'strict');
  mkdirSync(folder);
  for (const part of ['models', 'event.schema.json'])
    cpSync(join(original, part), join(folder, part), { recursive: true });
  const definition = readFileSync(join(original, 'pipeline.yaml'), 'utf8');
  if (!DISTANCE.test(definition)) {
    throw new PitwallError(`${original}/pipeline.yaml has no hard range of distance_mi that could be made stricter.`, {
      code: 'no_range',
    });
  }
  writeFileSync(join(folder, 'pipeline.yaml'), definition.replace(DISTANCE, `$1${FARTHEST_MI}$2`));
  return folder;
}
