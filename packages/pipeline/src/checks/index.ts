import type { DefinitionCheck } from './check.js';
import { checkCleaning } from './cleaning.js';
import { checkDecision } from './decision.js';
import { checkEventFields } from './event-fields.js';
import { checkFeatures } from './features.js';
import { checkModels } from './models.js';
import { checkProfile } from './profile.js';
import { checkRetention } from './retention.js';
import { checkTimeToLive } from './time-to-live.js';

/** Every check of how the parts fit. Add one by one file and one line here. */
export const DEFINITION_CHECKS: readonly DefinitionCheck[] = [
  checkEventFields,
  checkCleaning,
  checkFeatures,
  checkDecision,
  checkTimeToLive,
  checkModels,
  checkProfile,
  checkRetention,
];
