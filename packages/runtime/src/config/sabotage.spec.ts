import { armFailpoints, isPlanted } from '@pitwall/failpoints';
import { z } from 'zod';
import { describeVariables } from './describe-variable.js';
import { helpText } from './help.js';
import { readConfig } from './read-config.js';
import { armSabotage, sabotageConfigShape } from './sabotage.js';

const schema = z.object(sabotageConfigShape);

describe('sabotage', () => {
  afterEach(() => armFailpoints({ failpoints: [], planted: [], logFile: null }));

  it('is read from three variables', () => {
    expect(
      readConfig(schema, {
        PITWALL_FAILPOINTS: 'before_pg_commit=kill@3, after_infer=hang',
        PITWALL_PLANTED: 'epoch_ignored,no_unique_index',
        PITWALL_FAILPOINT_LOG: '/tmp/log',
      }),
    ).toMatchObject({
      config: {
        PITWALL_FAILPOINTS: [
          { name: 'before_pg_commit', action: 'kill', pass: 3 },
          { name: 'after_infer', action: 'hang', pass: 1 },
        ],
        PITWALL_PLANTED: ['epoch_ignored', 'no_unique_index'],
        PITWALL_FAILPOINT_LOG: '/tmp/log',
      },
    });
  });

  it.each([
    ['PITWALL_FAILPOINTS', 'before_pg_commit'],
    ['PITWALL_FAILPOINTS', 'before_pg_commit=kill,nowhere=kill'],
    ['PITWALL_PLANTED', 'epoch_ignored,'],
    ['PITWALL_PLANTED', 'true'],
  ])('refuses %s=%s', (name, text) => {
    expect(readConfig(schema, { [name]: text })).toMatchObject({ isValid: false });
  });

  it('is not in --help', () => {
    expect(describeVariables(schema).every(({ isHidden }) => isHidden)).toBe(true);
    expect(helpText('results', schema)).not.toContain('PITWALL_');
  });

  it('is armed, and warns, where the log is named too', () => {
    const warnings: unknown[] = [];
    armSabotage(
      { PITWALL_PLANTED: ['epoch_ignored'], PITWALL_FAILPOINT_LOG: '/tmp/log' },
      { warn: (...line: readonly unknown[]) => void warnings.push(line) },
    );
    expect(isPlanted('epoch_ignored')).toBe(true);
    expect(warnings).toEqual([
      [expect.objectContaining({ planted: ['epoch_ignored'] }), expect.stringMatching(/^SABOTAGE/)],
    ]);
  });

  it('is refused where the log is not named', () => {
    const quiet = { warn: () => undefined };
    expect(() => armSabotage({ PITWALL_PLANTED: ['epoch_ignored'] }, quiet)).toThrow(/without PITWALL_FAILPOINT_LOG/);
    expect(isPlanted('epoch_ignored')).toBe(false);
  });

  it('is nothing where nothing is asked for', () => {
    const warnings: unknown[] = [];
    armSabotage(
      { PITWALL_FAILPOINT_LOG: '/tmp/log' },
      { warn: (...line: readonly unknown[]) => void warnings.push(line) },
    );
    expect(warnings).toEqual([]);
  });
});
