import type * as iot from '@aws-sdk/client-iot';

/** What the registry can do, in the terms of the SDK. */
export interface Operations {
  CreateThing: { input: iot.CreateThingCommandInput; output: iot.CreateThingCommandOutput };
  UpdateThing: { input: iot.UpdateThingCommandInput; output: iot.UpdateThingCommandOutput };
  DeleteThing: { input: iot.DeleteThingCommandInput; output: iot.DeleteThingCommandOutput };
  DescribeThing: { input: iot.DescribeThingCommandInput; output: iot.DescribeThingCommandOutput };
  ListThings: { input: iot.ListThingsCommandInput; output: iot.ListThingsCommandOutput };
  CreateThingGroup: { input: iot.CreateThingGroupCommandInput; output: iot.CreateThingGroupCommandOutput };
  UpdateThingGroup: { input: iot.UpdateThingGroupCommandInput; output: iot.UpdateThingGroupCommandOutput };
  DeleteThingGroup: { input: iot.DeleteThingGroupCommandInput; output: iot.DeleteThingGroupCommandOutput };
  DescribeThingGroup: { input: iot.DescribeThingGroupCommandInput; output: iot.DescribeThingGroupCommandOutput };
  ListThingGroups: { input: iot.ListThingGroupsCommandInput; output: iot.ListThingGroupsCommandOutput };
  CreateDynamicThingGroup: { input: iot.CreateDynamicThingGroupCommandInput; output: iot.CreateDynamicThingGroupCommandOutput };
  DeleteDynamicThingGroup: { input: iot.DeleteDynamicThingGroupCommandInput; output: iot.DeleteDynamicThingGroupCommandOutput };
  CreateThingType: { input: iot.CreateThingTypeCommandInput; output: iot.CreateThingTypeCommandOutput };
  UpdateThingType: { input: iot.UpdateThingTypeCommandInput; output: iot.UpdateThingTypeCommandOutput };
  DeprecateThingType: { input: iot.DeprecateThingTypeCommandInput; output: iot.DeprecateThingTypeCommandOutput };
  DeleteThingType: { input: iot.DeleteThingTypeCommandInput; output: iot.DeleteThingTypeCommandOutput };
  DescribeThingType: { input: iot.DescribeThingTypeCommandInput; output: iot.DescribeThingTypeCommandOutput };
  ListThingTypes: { input: iot.ListThingTypesCommandInput; output: iot.ListThingTypesCommandOutput };
  AddThingToThingGroup: { input: iot.AddThingToThingGroupCommandInput; output: iot.AddThingToThingGroupCommandOutput };
  RemoveThingFromThingGroup: { input: iot.RemoveThingFromThingGroupCommandInput; output: iot.RemoveThingFromThingGroupCommandOutput };
  ListThingGroupsForThing: { input: iot.ListThingGroupsForThingCommandInput; output: iot.ListThingGroupsForThingCommandOutput };
  ListThingsInThingGroup: { input: iot.ListThingsInThingGroupCommandInput; output: iot.ListThingsInThingGroupCommandOutput };
  AttachThingPrincipal: { input: iot.AttachThingPrincipalCommandInput; output: iot.AttachThingPrincipalCommandOutput };
  DetachThingPrincipal: { input: iot.DetachThingPrincipalCommandInput; output: iot.DetachThingPrincipalCommandOutput };
  ListThingPrincipals: { input: iot.ListThingPrincipalsCommandInput; output: iot.ListThingPrincipalsCommandOutput };
  ListThingPrincipalsV2: { input: iot.ListThingPrincipalsV2CommandInput; output: iot.ListThingPrincipalsV2CommandOutput };
  UpdateCertificate: { input: iot.UpdateCertificateCommandInput; output: iot.UpdateCertificateCommandOutput };
  DeleteCertificate: { input: iot.DeleteCertificateCommandInput; output: iot.DeleteCertificateCommandOutput };
  DescribeCertificate: { input: iot.DescribeCertificateCommandInput; output: iot.DescribeCertificateCommandOutput };
  RegisterCertificate: { input: iot.RegisterCertificateCommandInput; output: iot.RegisterCertificateCommandOutput };
  RegisterCertificateWithoutCA: { input: iot.RegisterCertificateWithoutCACommandInput; output: iot.RegisterCertificateWithoutCACommandOutput };
  ListCertificates: { input: iot.ListCertificatesCommandInput; output: iot.ListCertificatesCommandOutput };
  ListCertificatesByCA: { input: iot.ListCertificatesByCACommandInput; output: iot.ListCertificatesByCACommandOutput };
  TransferCertificate: { input: iot.TransferCertificateCommandInput; output: iot.TransferCertificateCommandOutput };
  CancelCertificateTransfer: { input: iot.CancelCertificateTransferCommandInput; output: iot.CancelCertificateTransferCommandOutput };
  RegisterCACertificate: { input: iot.RegisterCACertificateCommandInput; output: iot.RegisterCACertificateCommandOutput };
  UpdateCACertificate: { input: iot.UpdateCACertificateCommandInput; output: iot.UpdateCACertificateCommandOutput };
  DeleteCACertificate: { input: iot.DeleteCACertificateCommandInput; output: iot.DeleteCACertificateCommandOutput };
  DescribeCACertificate: { input: iot.DescribeCACertificateCommandInput; output: iot.DescribeCACertificateCommandOutput };
  ListCACertificates: { input: iot.ListCACertificatesCommandInput; output: iot.ListCACertificatesCommandOutput };
  GetRegistrationCode: { input: iot.GetRegistrationCodeCommandInput; output: iot.GetRegistrationCodeCommandOutput };
  CreatePolicy: { input: iot.CreatePolicyCommandInput; output: iot.CreatePolicyCommandOutput };
  GetPolicy: { input: iot.GetPolicyCommandInput; output: iot.GetPolicyCommandOutput };
  DeletePolicy: { input: iot.DeletePolicyCommandInput; output: iot.DeletePolicyCommandOutput };
  ListPolicies: { input: iot.ListPoliciesCommandInput; output: iot.ListPoliciesCommandOutput };
  CreatePolicyVersion: { input: iot.CreatePolicyVersionCommandInput; output: iot.CreatePolicyVersionCommandOutput };
  SetDefaultPolicyVersion: { input: iot.SetDefaultPolicyVersionCommandInput; output: iot.SetDefaultPolicyVersionCommandOutput };
  DeletePolicyVersion: { input: iot.DeletePolicyVersionCommandInput; output: iot.DeletePolicyVersionCommandOutput };
  ListPolicyVersions: { input: iot.ListPolicyVersionsCommandInput; output: iot.ListPolicyVersionsCommandOutput };
  ListTargetsForPolicy: { input: iot.ListTargetsForPolicyCommandInput; output: iot.ListTargetsForPolicyCommandOutput };
  ListPrincipalThings: { input: iot.ListPrincipalThingsCommandInput; output: iot.ListPrincipalThingsCommandOutput };
  ListPrincipalThingsV2: { input: iot.ListPrincipalThingsV2CommandInput; output: iot.ListPrincipalThingsV2CommandOutput };
  TagResource: { input: iot.TagResourceCommandInput; output: iot.TagResourceCommandOutput };
  UntagResource: { input: iot.UntagResourceCommandInput; output: iot.UntagResourceCommandOutput };
  ListTagsForResource: { input: iot.ListTagsForResourceCommandInput; output: iot.ListTagsForResourceCommandOutput };
  GetPolicyVersion: { input: iot.GetPolicyVersionCommandInput; output: iot.GetPolicyVersionCommandOutput };
  AttachPolicy: { input: iot.AttachPolicyCommandInput; output: iot.AttachPolicyCommandOutput };
  DetachPolicy: { input: iot.DetachPolicyCommandInput; output: iot.DetachPolicyCommandOutput };
  ListAttachedPolicies: { input: iot.ListAttachedPoliciesCommandInput; output: iot.ListAttachedPoliciesCommandOutput };
}

export type Operation = keyof Operations;
export type Input<O extends Operation> = Operations[O]['input'];
export type Output<O extends Operation> = Operations[O]['output'];

/** How a room of the registry answers some of the operations; the registry adds the metadata. */
export type Handlers<O extends Operation = Operation> = {
  readonly [Each in O]: (input: Input<Each>) => Omit<Output<Each>, '$metadata'>;
};
