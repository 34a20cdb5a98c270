import type { Scenario } from '../scenario.js';
import { brokenModel } from './broken-model.js';
import { brokerKill } from './broker-kill.js';
import { databaseRestore } from './database-restore.js';
import { databaseStop } from './database-stop.js';
import { fullDisk } from './full-disk.js';
import { killEachService } from './kill-each-service.js';
import { labelRaces } from './label-races.js';
import { lostAcknowledgements } from './lost-acknowledgements.js';
import { monitoringFailpoints } from './monitoring-failpoints.js';
import { networkFaults } from './network-faults.js';
import { nothingButPoison } from './nothing-but-poison.js';
import { poison } from './poison.js';
import { priceOfPoisonScenario } from './price-of-poison.js';
import { redrive } from './redrive.js';
import { resultsFailpoints } from './results-failpoints.js';
import { rollingRestart } from './rolling-restart.js';
import { statelessFailpoints } from './stateless-failpoints.js';
import { twins } from './twins.js';
import { unrulyProducer } from './unruly-producer.js';
import { zombies } from './zombies.js';

/** Every fault run. Add one by one file and one line here. */
export const SCENARIOS: readonly Scenario[] = [
  killEachService,
  resultsFailpoints,
  statelessFailpoints,
  monitoringFailpoints,
  rollingRestart,
  zombies,
  brokerKill,
  databaseStop,
  databaseRestore,
  fullDisk,
  brokenModel,
  networkFaults,
  lostAcknowledgements,
  unrulyProducer,
  twins,
  labelRaces,
  poison,
  priceOfPoisonScenario,
  nothingButPoison,
  redrive,
];
