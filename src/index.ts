/**
 * The API for pipeline files and `entrapipe.config.ts`. Parts are imported by path: `entrapipe/sources/users`. The types for
 * parts of your own are in `entrapipe/parts`.
 */
export { pipeline, type Pipeline } from './engine/pipeline.ts'
export { type Phase, type Plans } from './engine/phases.ts'
export { plan, type Plan } from './engine/plan.ts'
export {
  choice,
  day,
  flag,
  inputFile,
  list,
  number,
  outputFile,
  placed,
  text,
  type Param,
  type Params,
  type ParamValues,
} from './engine/params.ts'
export {
  defineConfig,
  type Config,
  type CredentialConfig,
  type Quotas,
  type SecretRef,
  type TenantConfig,
  type TenantDefaults,
  type TenantEntry,
} from './tenants/config.ts'
export { withFlags, type Flags } from './core/with-flags.ts'
export { EntrapipeError, codes, type Code, type ErrorOptions } from './core/errors.ts'
export type { Context } from './core/context.ts'
export type { Fields, Json } from './core/json.ts'
export type { Manifest } from './core/manifest.ts'
export type { ManifestSet } from './core/manifest-set.ts'
export type { Sink, Source, Transform } from './core/parts.ts'
export { createdBy } from './core/operation.ts'
export type { Result } from './core/result.ts'
export { none, type Key, type None, type Row } from './core/row.ts'
