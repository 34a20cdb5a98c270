import { PitwallError } from '@pitwall/contracts';
import { protocolType, sentenceOf } from './kafka-error.js';
import { kafkajs } from './load-kafkajs.js';

/** The group is to be joined anew; `rejoin` is what makes kafkajs do so. */
export class RejoinError extends PitwallError {
  readonly rejoin: Error;

  constructor(cause: unknown) {
    super('The group is joined anew.', { code: 'membership_lost', retriable: true, cause });
    // kafkajs knows what to do by the type; a member that the coordinator does not know any more needs a new id.
    const type = protocolType(cause) === 'UNKNOWN_MEMBER_ID' ? 'UNKNOWN_MEMBER_ID' : 'REBALANCE_IN_PROGRESS';
    const message = cause === null ? 'The session has run out' : sentenceOf(cause);
    this.rejoin = new kafkajs.KafkaJSProtocolError({ type, code: 27, retriable: false, message } as never);
  }
}
