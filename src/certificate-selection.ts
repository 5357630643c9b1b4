/** Which certificates are replicated. */
export enum CertificateSelection {
  /** Every certificate, also those that no thing has, such as claim certificates of fleet provisioning. */
  ALL = 'ALL',
  /**
   * Certificates that are attached to a replicated thing, as `kinds`, `namePrefixes.things` and the router select things.
   *
   * A certificate is selected once its attachment was found. **From then on it is replicated until it is deleted**, also when it is detached again: whoever
   * deactivates or revokes it in the source shuts it out in the destinations too. Others are neither read nor created in the destinations.
   */
  OF_REPLICATED_THINGS = 'OF_REPLICATED_THINGS',
}
