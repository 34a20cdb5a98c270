import { BadRequestException, NotFoundException } from '@nestjs/common';
import { PitwallError, problemSchema } from '@pitwall/contracts';
import { InvalidRequestError, problemOfError } from './problem.js';

const violations = [
  { pointer: '/limit', message: 'expected a whole number' },
  { pointer: '/from', message: 'expected a time' },
];

describe('problemOfError', () => {
  it.each<[string, unknown, object]>([
    [
      'an HTTP exception',
      new NotFoundException('no such thing'),
      { status: 404, title: 'Not Found', detail: 'no such thing' },
    ],
    ['several messages', new BadRequestException(['a', 'b']), { status: 400, detail: 'a; b' }],
    ['violations', new InvalidRequestError(violations), { status: 400, errors: violations }],
    [
      'what may work later',
      new PitwallError('down at db:5432', { code: 'database_unavailable', retriable: true }),
      { status: 503 },
    ],
    [
      'a refusal of the framework',
      Object.assign(new Error('too large'), { statusCode: 413 }),
      { status: 413, detail: 'too large' },
    ],
  ])('answers %s', (_case, error, expected) => {
    const problem = problemOfError(error, { instance: '/v1/things', traceId: 'abc' });
    expect(problem).toMatchObject({ ...expected, type: 'about:blank', instance: '/v1/things', traceId: 'abc' });
    expect(problemSchema.safeParse(problem).success).toBe(true);
  });

  it.each([
    ['a defect', new Error('secret inside')],
    ['an error of ours', new PitwallError('secret inside', { code: 'broken' })],
    ['a framework error that is a defect', Object.assign(new Error('secret inside'), { statusCode: 500 })],
    ['no error at all', 'secret inside'],
  ])('tells nothing of %s', (_case, error) => {
    const problem = problemOfError(error, { traceId: 'abc' });
    expect(problem).toMatchObject({ status: 500, traceId: 'abc' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});
