import { serverProperties } from './broker-files.js';

const SETTINGS = { port: 1, controllerPort: 2, dataFolder: '/data', proxied: null };
const lines = serverProperties(SETTINGS).trimEnd().split('\n');

describe('serverProperties', () => {
  it('sets each key once', () => {
    const keys = lines.map((line) => line.slice(0, line.indexOf('=')));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('listens on this machine only', () => {
    expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2');
  });

  it('tells clients of the second listener that the proxy is where it is', () => {
    const proxied = serverProperties({ ...SETTINGS, proxied: { port: 3, proxyPort: 4 } });
    expect(proxied).toContain(',PROXIED://127.0.0.1:3\n');
    expect(proxied).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:1,PROXIED://127.0.0.1:4\n');
  });

  it.each(['auto.create.topics.enable=false', 'message.max.bytes=2097152', 'group.initial.rebalance.delay.ms=0'])(
    'has %s',
    (line) => {
      expect(lines).toContain(line);
    },
  );
});
