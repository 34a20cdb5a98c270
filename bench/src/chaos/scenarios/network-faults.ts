import type { Fault } from '../faults/fault.js';
import type { Profile } from '../profile.js';
import type { Scenario } from '../scenario.js';

type NetworkFault = Extract<Fault, { kind: 'network' }>;

const WAYS: Readonly<Record<Profile, readonly Omit<NetworkFault, 'kind' | 'forMs'>[]>> = {
  smoke: [
    { link: 'kafka', how: 'lost-acks' },
    { link: 'postgres', how: 'lost-acks' },
    { link: 'kafka', how: 'half-open' },
  ],
  full: (['kafka', 'postgres'] as const).flatMap((link) =>
    (['latency', 'cut', 'half-open', 'reset', 'lost-acks'] as const).map((how) => ({ link, how })),
  ),
};
const SECONDS: Readonly<Record<Profile, readonly number[]>> = { smoke: [4], full: [5, 30] };

export const networkFaults: Scenario = {
  name: 'network-faults',
  what: 'the links of the services to Kafka and PostgreSQL cut, half-open, reset, slow, and losing acknowledgements',
  load: { labelShare: 0.05, reusedIdShare: 0.02 },
  seconds: { smoke: 0, full: 0 },
  isProxied: true,
  isTraced: true,
  faults: (profile) =>
    SECONDS[profile].flatMap((seconds) =>
      WAYS[profile].map((way) => ({ kind: 'network', ...way, forMs: seconds * 1000 }) as const),
    ),
  expectations: { resumedWithinMs: { smoke: 120_000, full: 60_000 } },
  catches: [],
};
