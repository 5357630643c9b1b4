import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PhysicalNames } from '../../record/physical-names';
import { IDENTITIES } from '../../replicator/environment';
import type { IdentitiesConfig } from '../../replicator/identities-config';
import type { Clients } from '../clients';

/** How a destination applies identities, as its replicator is deployed; undefined if it does not. */
export async function identitiesIn(clients: Clients, region: string, replication: string): Promise<IdentitiesConfig | undefined> {
  const { replicator: FunctionName } = new PhysicalNames(replication);
  const { Environment } = await clients.of(LambdaClient, region).send(new GetFunctionConfigurationCommand({ FunctionName }));
  return IDENTITIES.read(Environment?.Variables ?? {});
}
