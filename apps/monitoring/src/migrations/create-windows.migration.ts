import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Windows and the ids that have been counted into them. */
export class CreateWindows1767226000000 implements MigrationInterface {
  // Stated, so that a minifier or a rename cannot run it twice.
  readonly name = 'CreateWindows1767226000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE window_counts (
        pipeline text NOT NULL,
        kind text NOT NULL,
        partition integer NOT NULL,
        window_from timestamptz NOT NULL,
        counts json NOT NULL,
        revision bigint NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (pipeline, kind, partition, window_from)
      )`);
    await queryRunner.query('CREATE INDEX window_counts_by_time ON window_counts (pipeline, kind, window_from DESC)');
    await queryRunner.query(`
      CREATE TABLE counted_labels (
        pipeline text NOT NULL,
        result_id uuid NOT NULL,
        label json NOT NULL,
        PRIMARY KEY (result_id, pipeline)
      )`);
    await queryRunner.query(`
      CREATE TABLE counted_records (
        pipeline text NOT NULL,
        kind text NOT NULL,
        id uuid NOT NULL,
        PRIMARY KEY (id, kind, pipeline)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE counted_records');
    await queryRunner.query('DROP TABLE counted_labels');
    await queryRunner.query('DROP TABLE window_counts');
  }
}
