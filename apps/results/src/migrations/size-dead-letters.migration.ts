import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How large the record of a dead letter is, so that nobody has to unpack its headers to know whether it fits into its topic. For
 * those that are there already it is what their headers take as JSON, which is more.
 */
export class SizeDeadLetters1767229000000 implements MigrationInterface {
  readonly name = 'SizeDeadLetters1767229000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE dead_letters ADD COLUMN redrive_bytes integer');
    await runner.query(`
      UPDATE dead_letters SET redrive_bytes =
        coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0) + octet_length(headers::text)`);
    await runner.query('ALTER TABLE dead_letters ALTER COLUMN redrive_bytes SET NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE dead_letters DROP COLUMN redrive_bytes');
  }
}
