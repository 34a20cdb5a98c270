import { breakModel } from './break-model.js';
import { deadlyEvents } from './deadly-events.js';
import { failpoints } from './failpoints.js';
import type { Fault, FaultContext, Injection } from './fault.js';
import { fillDisk } from './fill-disk.js';
import { freeze } from './freeze.js';
import { hold } from './hold-table.js';
import { killBroker } from './kill-broker.js';
import { kill } from './kill.js';
import { network } from './network.js';
import { redrive } from './redrive.js';
import { restoreDatabase } from './restore-database.js';
import { roll } from './roll.js';
import { stopDatabase } from './stop-database.js';
import { zombies } from './zombies.js';

type Injectors = {
  readonly [Kind in Fault['kind']]: (
    context: FaultContext,
    fault: Extract<Fault, { kind: Kind }>,
  ) => Promise<Injection>;
};

/** Who carries out which kind of fault. */
const INJECTORS: Injectors = {
  kill,
  failpoints,
  roll,
  freeze,
  zombies,
  'kill-broker': killBroker,
  'stop-database': stopDatabase,
  'fill-disk': fillDisk,
  'hold-table': hold,
  'restore-database': restoreDatabase,
  network,
  'break-model': breakModel,
  'deadly-events': deadlyEvents,
  redrive,
};

/** Does what a fault says; resolves when it is over, and recovery begins or has begun. */
export function inject<Kind extends Fault['kind']>(
  context: FaultContext,
  fault: Extract<Fault, { kind: Kind }>,
): Promise<Injection> {
  return INJECTORS[fault.kind](context, fault);
}
