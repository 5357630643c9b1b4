declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** DynamoDB over HTTP, in process and in memory. */
  export default function dynalite(options?: { createTableMs?: number }): Server;
}
