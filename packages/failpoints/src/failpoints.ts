import { appendFileSync } from 'node:fs';
import { PitwallError } from '@pitwall/contracts';
import type { Failpoint, PlantedBug } from './names.js';
import type { ArmedFailpoint } from './parse-failpoint.js';

/** What is to go wrong in this process, on purpose. */
export interface Sabotage {
  readonly failpoints: readonly ArmedFailpoint[];
  readonly planted: readonly PlantedBug[];
  /** A line of JSON is appended to this file before anything happens: the proof that the point was hit. Null: none is. */
  readonly logFile: string | null;
}

interface Trap extends ArmedFailpoint {
  passes: number;
}

/** Looked at on the path of every batch: where nothing is armed, that is all it costs. */
let isArmed = false;
let traps: readonly Trap[] = [];
let planted: ReadonlySet<PlantedBug> = new Set();
let logFile: string | null = null;

/** Replaces what was armed before; two empty lists disarm everything. Nothing but the configuration of a service calls it. */
export function armFailpoints(sabotage: Sabotage): void {
  traps = sabotage.failpoints.map((one) => ({ ...one, passes: 0 }));
  planted = new Set(sabotage.planted);
  logFile = sabotage.logFile;
  isArmed = traps.length > 0 || planted.size > 0;
}

/**
 * Marks a place at which a fault run may make the process end, stand still or fail. Does nothing unless it is armed.
 * Throws a {@link PitwallError} `failpoint` (retriable) where it is armed with `throw`.
 */
export function failpoint(name: Failpoint): void {
  if (isArmed) pass(name);
}

/** Whether a defect is switched on. Always false unless it is armed. */
export function isPlanted(bug: PlantedBug): boolean {
  return isArmed && planted.has(bug);
}

function pass(name: Failpoint): void {
  for (const trap of traps) {
    if (trap.name !== name) continue;
    trap.passes += 1;
    if (trap.passes === trap.pass) spring(trap);
  }
}

function spring(trap: ArmedFailpoint): void {
  note(trap);
  switch (trap.action) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      // Nothing more may happen between the call and the end.
      standStill();
      break;
    case 'hang':
      standStill();
      break;
    case 'stop':
      process.kill(process.pid, 'SIGSTOP');
      break;
    case 'throw':
      throw new PitwallError(`The failpoint ${trap.name} is armed: it fails on purpose.`, {
        code: 'failpoint',
        retriable: true,
      });
    default:
      trap.action satisfies never;
  }
}

function note({ name, action, pass: nth }: ArmedFailpoint): void {
  if (logFile === null) return;
  const at = new Date(performance.timeOrigin + performance.now()).toISOString();
  appendFileSync(logFile, `${JSON.stringify({ at, pid: process.pid, failpoint: name, action, pass: nth })}\n`);
}

function standStill(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
