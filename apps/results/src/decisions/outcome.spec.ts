import { aRecord, messageOf } from '@pitwall/messaging';
import type { PipelineDefinition } from '@pitwall/pipeline';
import { aDecision, storedOf } from '../../test/a-decision.js';
import { outcomeOf } from './outcome.js';

const decision = aDecision({ id: 'E-1', offset: 8, content: 'second' });
const first = storedOf(aDecision({ id: 'E-1', offset: 5, content: 'first' }));

const published = { definition: { name: 'flights', partitions: 6 } as PipelineDefinition, outcomes: [] };
const message = messageOf(aRecord({ topic: 'flights.predictions.v1', partition: 4, offset: 77 }));

describe('outcomeOf', () => {
  it.each(['inserted', 'redelivered'] as const)('publishes what is stored when it is %s', (kind) => {
    const { publication } = first;
    expect(outcomeOf({ message, decision, settlement: { kind, publication } }, published)).toEqual({
      kind: 'done',
      outputs: [{ topic: 'flights.results.v1', partition: 4, ...publication }],
    });
  });

  it('publishes nothing for a duplicate', () => {
    expect(outcomeOf({ message, decision, settlement: { kind: 'duplicate' } }, published)).toEqual({
      kind: 'done',
      outputs: [],
    });
  });

  it('dead-letters a reused id and says which record came first', () => {
    const outcome = outcomeOf({ message, decision, settlement: { kind: 'reused', first: first.origin } }, published);
    expect(outcome).toMatchObject({
      kind: 'dead',
      reason: 'id_reused',
      identity: decision.identity,
      message: expect.stringMatching(/"E-1".*flights\.events\.v1 partition 3 offset 5 .*offset 8 has other content/),
    });
  });

  it('dead-letters what PostgreSQL refuses, with its code', () => {
    const refusal = { kind: 'refused', sqlState: '22021', message: 'invalid byte sequence' } as const;
    expect(outcomeOf({ message, decision, settlement: refusal }, published)).toMatchObject({
      kind: 'dead',
      reason: 'storage_refused',
      message: expect.stringMatching(/invalid byte sequence \(SQLSTATE 22021\)/),
    });
  });
});
