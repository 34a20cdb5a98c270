import { PitwallError } from '@pitwall/contracts';
import type { Assignment, ConsumeOptions, MessagingClient, Publisher, RecordBatch } from '@pitwall/messaging';
import type { SimLife } from './sim-life.js';
import type { SimNetwork } from './sim-network.js';

/** Whose client it is, and what it goes through. */
export interface SimClientOptions {
  readonly life: SimLife;
  readonly network: SimNetwork;
  /** Told of each commit right before it takes effect. */
  readonly onCommit?: (partition: number, offset: number) => void;
}

/** A client of which every send and commit takes time, may be overtaken, and may fail. */
export function simClient(client: MessagingClient, options: SimClientOptions): MessagingClient {
  const assignments = new WeakMap<Assignment, Assignment>();
  const slowed = (batch: RecordBatch): RecordBatch => {
    const assignment = assignments.get(batch.assignment) ?? slowedAssignment(batch, options);
    assignments.set(batch.assignment, assignment);
    return { ...batch, assignment };
  };
  return {
    ...client,
    publisher: async () => slowedPublisher(await client.publisher(), options),
    consume: (consuming: ConsumeOptions) =>
      client.consume({
        ...consuming,
        onBatch: (batch, heartbeat) => consuming.onBatch(slowed(batch), heartbeat),
      }),
  };
}

function slowedPublisher(publisher: Publisher, { life, network }: SimClientOptions): Publisher {
  return {
    close: () => publisher.close(),
    send: async (records, options) => {
      await life.turn('send');
      if (network.isDown) throw sendFailed();
      await publisher.send(records, options);
      const isAcknowledged = network.acknowledges();
      await life.turn('acknowledgement');
      if (!isAcknowledged) throw sendFailed();
    },
  };
}

function slowedAssignment({ assignment, partition }: RecordBatch, options: SimClientOptions): Assignment {
  const { life, network, onCommit } = options;
  return {
    ...assignment,
    commit: async (offset, metadata) => {
      await life.turn('commit');
      if (network.isDown) throw new Error('the coordinator does not answer');
      if (assignment.isHeld()) onCommit?.(partition, offset);
      await assignment.commit(offset, metadata);
    },
  };
}

function sendFailed(): PitwallError {
  return new PitwallError('not acknowledged', { code: 'send_failed', retriable: true });
}
