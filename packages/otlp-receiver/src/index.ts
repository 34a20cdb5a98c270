export * from './otlp-json.js';
export * from './span-tree.js';
export * from './span.js';
export * from './trace-receiver.js';
export * from './trace-store.js';
