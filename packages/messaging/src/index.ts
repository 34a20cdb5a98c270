export * from './batch-handler.js';
export * from './port.js';
