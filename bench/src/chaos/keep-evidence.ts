import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../world/world.js';
import type { ScenarioOutcome } from './outcome.js';

/** Where the evidence of a run is kept: the same place for the same scenario and seed. */
function evidenceFolder({ scenario, seed, planted }: Pick<ScenarioOutcome, 'planted' | 'scenario' | 'seed'>): string {
  return join(tmpdir(), 'pitwall-chaos', [scenario, seed, ...(planted === null ? [] : [planted])].join('-'));
}

/** Copies logs, ledger and outcome there, over those of an earlier run. */
export function keepEvidence(outcome: ScenarioOutcome, { platform, notes }: World): string {
  const folder = evidenceFolder(outcome);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(platform.stack.home, 'logs'), join(folder, 'logs'), { recursive: true });
  cpSync(notes, folder, { recursive: true });
  writeFileSync(join(folder, 'outcome.json'), `${JSON.stringify({ ...outcome, keptIn: folder }, null, 2)}\n`);
  return folder;
}
