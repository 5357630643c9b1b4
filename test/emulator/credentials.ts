import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { NAME } from './calls';

/** What a client takes that acts with a role. The role has to be trusted to whoever asks. */
export async function credentialsOf(sts: STSClient, RoleArn: string): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }> {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: NAME }));
  return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
}
