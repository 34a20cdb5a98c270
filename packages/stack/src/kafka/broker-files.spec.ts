import { serverProperties } from './broker-files.js';

const lines = serverProperties({ port: 1, controllerPort: 2, dataFolder: '/data' }).trimEnd().split('\n');

describe('serverProperties', () => {
  it('sets each key once', () => {
    const keys = lines.map((line) => line.slice(0, line.indexOf('=')));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('listens on this machine only', () => {
    expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2');
  });

  it.each(['auto.create.topics.enable=false', 'message.max.bytes=2097152', 'group.initial.rebalance.delay.ms=0'])(
    'has %s',
    (line) => {
      expect(lines).toContain(line);
    },
  );
});
