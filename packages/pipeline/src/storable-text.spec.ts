import { findUnstorableText } from './storable-text.js';

it.each([
  ['a value', { a: 'x\0' }, '/a'],
  ['a value deep inside', { a: [{ b: ['ok', '\ud800x'] }] }, '/a/0/b/1'],
  ['a key', { 'a\0': 1 }, '/a\\0'],
  ['the whole event', '\udc00', ''],
])('finds what cannot be stored in %s', (_where, event, pointer) => {
  const found = findUnstorableText(event);
  expect(found?.count).toBe(1);
  expect(found?.violations[0]?.pointer).toBe(pointer);
});

it.each([[null], [1], [{}], [{ a: ['\u{1F600}', 'é', '\n'] }]])('finds nothing in %j', (event) => {
  expect(findUnstorableText(event)).toBeUndefined();
});

it('lists 50 and counts all', () => {
  const found = findUnstorableText(Array.from({ length: 60 }, () => '\0'));
  expect(found?.count).toBe(60);
  expect(found?.violations).toHaveLength(50);
});

it('writes violations that can be stored themselves', () => {
  const found = findUnstorableText({ '\ud800': '\0\ud800' });
  expect(findUnstorableText(found?.violations)).toBeUndefined();
});
