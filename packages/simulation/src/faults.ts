import type { SimNetwork } from './sim-network.js';

/** What may happen while records are on their way. The order is that in which seeds choose: another order is other runs. */
export const FAULTS = [
  'kill',
  'freeze',
  'thaw',
  'stop',
  'start',
  'database down',
  'database up',
  'broker down',
  'broker up',
  'lose an acknowledgement',
] as const;
/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** A process that faults happen to. */
export interface StruckProcess {
  /** It does its work: it is neither dead nor out of its group. */
  readonly isServing: boolean;
  kill(): void;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** What faults happen in. */
export interface StruckWorld {
  /** From the oldest on. */
  readonly processes: readonly StruckProcess[];
  readonly database: { isDown: boolean };
  readonly network: SimNetwork;
  /** One process more. */
  start(): void;
}

/** Beyond so many no other process is started. */
const MAX_PROCESSES = 3;

/** Does what a fault says: to the oldest process that serves, where it is about one. */
export function strike(fault: Fault, world: StruckWorld): void {
  const { processes, database, network } = world;
  const [oldest, ...others] = processes.filter((process) => process.isServing);
  const effects: Record<Fault, () => void> = {
    kill: () => oldest?.kill(),
    freeze: () => oldest?.freeze(),
    thaw: () => thawAll(processes),
    stop: () => void oldest?.stop(),
    start: () => {
      if (others.length + 1 < MAX_PROCESSES) world.start();
    },
    'database down': () => (database.isDown = true),
    'database up': () => (database.isDown = false),
    'broker down': () => (network.isDown = true),
    'broker up': () => (network.isDown = false),
    'lose an acknowledgement': () => network.loseAcknowledgement(),
  };
  effects[fault]();
}

/** All that was broken works again; what was killed stays dead. */
export function heal({ processes, database, network }: StruckWorld): void {
  database.isDown = false;
  network.heal();
  thawAll(processes);
}

function thawAll(processes: readonly StruckProcess[]): void {
  for (const process of processes) process.thaw();
}
