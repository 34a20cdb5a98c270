import { checkPipeline } from './check-pipeline.js';
import type { CommandSpec } from './command.js';
import { deadLettersDiscard } from './dead-letters-discard.js';
import { deadLettersEdit } from './dead-letters-edit.js';
import { deadLettersList } from './dead-letters-list.js';
import { deadLettersRedrive } from './dead-letters-redrive.js';
import { deadLettersRedrives } from './dead-letters-redrives.js';
import { deadLettersShow } from './dead-letters-show.js';
import { decision } from './decision.js';
import { provision } from './provision.js';
import { publish } from './publish.js';
import { recover } from './recover.js';
import { replay } from './replay.js';
import { status } from './status.js';
import { tail } from './tail.js';
import { trace } from './trace.js';

/** Every command. Add one by one file and one line here; the order is that of the overview. */
export const COMMANDS: readonly CommandSpec[] = [
  status,
  tail,
  decision,
  trace,
  deadLettersList,
  deadLettersShow,
  deadLettersRedrive,
  deadLettersRedrives,
  deadLettersEdit,
  deadLettersDiscard,
  publish,
  replay,
  checkPipeline,
  provision,
  recover,
];
