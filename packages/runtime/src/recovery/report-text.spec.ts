import type { RecoveryReport } from '@pitwall/contracts';
import { planPartition } from './plan-groups.js';
import { reportText } from './report-text.js';

const partition = (number: number, storedOffset: number | null, committedOffset: number) =>
  planPartition({ partition: number, storedOffset, committedOffset, logStartOffset: 0, endOffset: 2_000 });

const aReport = (parts: Partial<RecoveryReport> = {}): RecoveryReport => ({
  service: 'results',
  isApplied: false,
  groups: [
    {
      group: 'pitwall.results.predictions.flights',
      pipeline: 'flights',
      topic: 'flights.predictions.v1',
      members: 0,
      partitions: [partition(0, 100, 1_250), partition(1, 300, 300), partition(2, null, 40)],
    },
    {
      group: 'pitwall.results.feedback.flights',
      pipeline: 'flights',
      topic: 'flights.feedback.v1',
      members: 0,
      partitions: [partition(0, 5, 5)],
    },
  ],
  imports: [{ pipeline: 'flights', what: 'decisions', rows: 1_180 }],
  problems: [],
  ...parts,
});

describe('reportText', () => {
  it('shows each partition that goes back and each group, what is imported, and how to go on', () => {
    expect(reportText(aReport()).split('\n')).toEqual([
      'results: what its database knows against what its groups have committed',
      '',
      'group                                partition   stored  committed  read again  gone',
      'pitwall.results.predictions.flights          0      100      1,250       1,150',
      'pitwall.results.predictions.flights          2  nothing         40          40',
      'pitwall.results.feedback.flights           all  in step                      0',
      '',
      'flights: 1,180 decisions were published and are missing: they will be imported.',
      'Nothing was changed. With results stopped, run this again with --apply.',
      '',
    ]);
  });

  it('says what stands against it', () => {
    const lines = reportText(aReport({ problems: ['Somebody is there.'] })).split('\n');
    expect(lines).toContain('! Somebody is there.');
    expect(lines).toContain('No group was moved, for the reasons above.');
  });

  it('says what was done', () => {
    const lines = reportText(aReport({ isApplied: true })).split('\n');
    expect(lines).toContain('flights: 1,180 decisions imported from what was published of them.');
    expect(lines).toContain('Done: results reads 1,190 records again when it is started.');
  });

  it('says that there is nothing to do', () => {
    const inStep = aReport({ groups: aReport().groups.slice(1), imports: [] });
    expect(reportText(inStep)).toContain('There is nothing to do.');
    expect(reportText({ ...inStep, isApplied: true })).toContain('There was nothing to do.');
  });
});
