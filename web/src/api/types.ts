import type { components } from './schema';

type Schemas = components['schemas'];

/** The shapes the pages speak about, under the names of the house. Everything comes from the OpenAPI document. */
export type Me = Schemas['Me'];
export type Account = Schemas['Account'];
export type GrantItem = Schemas['GrantItem'];
export type Role = Schemas['Role'];
export type Token = Schemas['Token'];
export type CreatedToken = Schemas['CreatedToken'];
export type AuditEntry = Schemas['AuditEntry'];
export type Asset = Schemas['Asset'];
export type AssetStep = Schemas['AssetStep'];
export type AttributeItem = Schemas['AttributeItem'];
export type IndustryItem = Schemas['IndustryItem'];
export type AssetNode = Schemas['AssetNode'];
export type AssetKind = AssetNode['kind'];
export type AssetEdit = Schemas['AssetEdit'];
export type AssetFeatures = Schemas['FeatureCollection'];
export type AssetFeature = Schemas['Feature'];
export type ImportResult = Schemas['ImportResult'];
export type ImportCell = Schemas['ImportCell'];
export type Quantity = Schemas['Quantity'];
export type PointItem = Schemas['PointItem'];
export type PointEdit = Schemas['PointEdit'];
export type Limits = Schemas['Limits'];
export type Samples = Schemas['Samples'];
export type SeriesItem = Schemas['SeriesItem'];
export type SourceItem = Schemas['SourceItem'];
export type SourceTemplate = Schemas['SourceTemplate'];
export type ClaimPoint = Schemas['ClaimPoint'];
export type ClaimProposal = Schemas['ClaimProposal'];
export type Frame = Schemas['Frame'];
export type DeviceRequest = Schemas['DeviceRequest'];
export type AlarmItem = Schemas['AlarmItem'];
export type AlarmEvent = Schemas['AlarmEvent'];
export type AlarmSummary = Schemas['AlarmSummary'];
export type MapState = Schemas['MapState'];

export interface PageOf<T> { items: T[]; total: number; page: number; pageSize: number }
