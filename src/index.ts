/** The few words of a pipeline file and of `entrapipe.config.ts`. Parts are imported by path: `entrapipe/sources/users`. */
export { pipeline, type Pipeline } from './engine/pipeline.ts'
export { plan, type Plan } from './engine/plan.ts'
export { choice, flag, list, number, text, type Param, type Params, type ParamValues } from './engine/params.ts'
export {
  defineConfig,
  type Config,
  type CredentialConfig,
  type Quotas,
  type SecretRef,
  type TenantConfig,
  type TenantDefaults,
} from './tenants/config.ts'
export { EntrapipeError, codes, type Code, type ErrorOptions } from './core/errors.ts'
export type { Clock } from './core/clock.ts'
export type { Context, IdJournal, KeyMap, KeySet, Origin, PartStore } from './core/context.ts'
export type { Refuse, RowEncoder } from './core/encoder.ts'
export type { Environment } from './core/environment.ts'
export type { Graph, GraphPage, GraphReply, GraphRequest, PagesOptions, Tenant } from './core/graph.ts'
export type { Fields, Json } from './core/json.ts'
export type { Completeness, Counts, Drift, FileFacts, Manifest } from './core/manifest.ts'
export type { Answer, Mark, PageStep, Shard, Read, Sink, Source, Step, Transform, Writer } from './core/parts.ts'
export type { Destination, End, Place, PlacedFile, PlaceMark, PlaceOptions, PlaceWriter, Proof } from './core/place.ts'
export type { Outcome, Result } from './core/result.ts'
export { none, type Key, type None, type Page, type Position, type Row } from './core/row.ts'
