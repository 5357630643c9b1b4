const DAY_SECONDS = 24 * 3600;

/** Seconds from one scheduled run to the next: what is deployed without a schedule of the user's, and what estimates count with. */
export const DefaultIntervalSeconds = {
  SWEEP: DAY_SECONDS,
  DRIFT_CHECK: DAY_SECONDS,
  IDENTITY_SWEEP: DAY_SECONDS,
  IDENTITY_DRIFT_CHECK: 7 * DAY_SECONDS,
  CERTIFICATE_CHECK: 15 * 60,
} as const;
