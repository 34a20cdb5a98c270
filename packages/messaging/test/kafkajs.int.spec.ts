import { stackForTests } from '@pitwall/testing';
import { describeConformance } from './conformance.js';
import { clientFor } from './kafka-for-tests.js';

describeConformance('kafkajs', async () => {
  const { kafkaBrokers } = await stackForTests();
  return { client: () => clientFor(kafkaBrokers) };
});
