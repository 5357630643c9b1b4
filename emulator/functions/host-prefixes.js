/**
 * Loaded into every function in Node before its handler. SDKs put prefixes before the host of some calls: `sync-` for StartSyncExecution. The emulator's
 * address has none, so that what stands before an address on the loopback interface is left out when it is looked up.
 */
const dns = require('node:dns');

const lookup = dns.lookup;
dns.lookup = (host, ...rest) => lookup(host.replace(/^[a-z]+-(?=127\.0\.0\.1$)/, ''), ...rest);
