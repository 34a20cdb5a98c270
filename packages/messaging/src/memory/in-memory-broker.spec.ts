import { describeConformance } from '../../test/conformance.js';
import { InMemoryBroker } from './in-memory-broker.js';

const broker = new InMemoryBroker();

describeConformance('the in-memory broker', async () => ({ client: () => broker.client() }));
