import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For lists of decisions: the newest of a pipeline, and the newest of an entity; each ends with the key, so that pages can go on. */
export class IndexDecisions1767227200000 implements MigrationInterface {
  readonly name = 'IndexDecisions1767227200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX decisions_event_at_idx ON decisions (pipeline, event_at, result_id)');
    await runner.query('CREATE INDEX decisions_entity_idx ON decisions (pipeline, entity, event_at, result_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX decisions_event_at_idx, decisions_entity_idx');
  }
}
