export * from './address-book.js';
export * from './announce.js';
export * from './provision.js';
export * from './topic-plan.js';
