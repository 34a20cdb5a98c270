import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { RedrivesRepository } from '../src/redrives/redrives.repository.js';
import { aDeadLetter } from './a-dead-letter.js';
import { DeadLettersDesk } from './dead-letters-desk.js';
import { openTestDatabase, type TestDatabase } from './open-test-database.js';

const LETTERS = 3_000;

/** PostgreSQL then takes a choice by pipeline and reason for a single row, and would do for each row what is done once for one. */
describe('many dead letters that came at once, of which PostgreSQL has no statistics yet', () => {
  let opened: TestDatabase;

  beforeAll(async () => {
    opened = await openTestDatabase('results-redrive-plan-test');
    const letters = Array.from({ length: LETTERS }, (_, offset) => aDeadLetter({ offset }));
    await new DeadLettersDesk(opened.database).keep(letters);
  });

  afterAll(() => opened.close());

  it('are looked at long before a statement may take no longer', async () => {
    const selection = { pipeline: 'flights', filter: { reason: 'schema_violation' } } as const;
    const plan = await new RedrivesRepository(opened.database).plan({ selection, maxRedrives: 3 });
    expect(plan).toMatchObject({ selected: LETTERS, toSend: [{ records: LETTERS }] });
    const [group] = await new DeadLettersRepository(opened.database).groups('flights', selection.filter);
    expect(group).toMatchObject({ count: LETTERS, open: LETTERS });
  });
});
