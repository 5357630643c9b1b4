/**
 * Keeps the attribute `owner` of things out of the destinations.
 *
 * To keep whole things out, choose names and `namePrefixes.things`: those hold for memberships too, which would otherwise wait for their thing in vain.
 */
exports.handler = async ({ record }) => {
  if (record.sk !== 'thing' || record.deleted) return { replicate: true };
  const { owner, ...attributes } = record.state.attributes;
  return { replicate: true, state: { ...record.state, attributes } };
};
