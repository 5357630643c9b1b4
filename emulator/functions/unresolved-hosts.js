/**
 * Loaded into every function in Node before its handler. In a Region without AWS IoT Core its host does not resolve. The emulator has one address for all, so
 * that a request fails as the look-up would: by the Region and the service that it is signed for.
 */
const http = require('node:http');

const WITHOUT_IOT = require('../regions-without-iot.json');

const request = http.request;
http.request = (options, ...rest) => {
  const [, , region, service] = /Credential=([^,]+)/.exec(options?.headers?.authorization ?? '')?.[1].split('/') ?? [];
  if (!WITHOUT_IOT.includes(region) || !service.startsWith('iot')) return request(options, ...rest);
  return request({ ...options, host: undefined, hostname: `iot.${region}.amazonaws.com`, lookup: fail }, ...rest);
};

function fail(hostname, _options, done) {
  done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { errno: -3008, code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname }));
}
