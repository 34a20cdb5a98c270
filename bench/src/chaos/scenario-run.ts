import type { PlantedBug } from '@pitwall/failpoints';
import type { FaultReport } from './outcome.js';
import type { Profile } from './profile.js';
import type { Scenario } from './scenario.js';

/** One run of a scenario. */
export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly profile: Profile;
  readonly seed: number;
  /** Switched on in all services; null: none. */
  readonly planted: PlantedBug | null;
  readonly signal: AbortSignal;
  /** Told what is going on, for the live line. */
  readonly onProgress: (what: string) => void;
}

/** What a run has found besides what the topics say. */
export interface Findings {
  readonly faults: FaultReport[];
  readonly violations: string[];
  refusals: number;
  /** False where something of the run itself went wrong. */
  isWhole: boolean;
}
