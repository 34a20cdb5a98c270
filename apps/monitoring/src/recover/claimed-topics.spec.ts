import { batchTopicsOf } from '@pitwall/testing';
import { AppModule } from '../app.module.js';
import { CLAIMED_TOPICS } from './claimed-topics.js';

it('recovers every topic that this service reads', () => {
  expect(batchTopicsOf(AppModule)).toEqual(CLAIMED_TOPICS.map(({ kind }) => kind).toSorted());
});
