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
}

export type Operation = keyof Operations;
export type Input<O extends Operation> = Operations[O]['input'];
export type Output<O extends Operation> = Operations[O]['output'];

/** How a room of the registry answers some of the operations; the registry adds the metadata. */
export type Handlers<O extends Operation = Operation> = {
  readonly [Each in O]: (input: Input<Each>) => Omit<Output<Each>, '$metadata'>;
};
