export * from './documents/asyncapi.js';
export * from './documents/openapi.js';
export * from './header-names.js';

export * from './http/decision-view.js';
export * from './http/operations.js';
export * from './http/problem.js';
export * from './http/submission-view.js';
export * from './http/window-view.js';
export * from './ids.js';
export * from './limits.js';
export * from './messages/index.js';
export * from './origin.js';
export * from './pitwall-error.js';
export * from './reason-codes.js';
export * from './topics/index.js';
export * from './json-schema.js';
