/**
 * The types and functions for sources, transforms and sinks of your own. Parts that come with entrapipe are imported by path
 * (`entrapipe/transforms/flat-map`), and the rules for parts from `entrapipe/contracts`.
 */
export type { DeltaSource, Source, Read, Shard, ReadPace } from './core/parts.ts'
export type { Transform, Step, PageStep } from './core/parts.ts'
export type { Projected, ProjectedColumn, Projection } from './core/projection.ts'
export type { Sink, Writer, Mark } from './core/parts.ts'
export { none, type Key, type None, type Page, type Position, type Row } from './core/row.ts'
export type { Fields, Json } from './core/json.ts'
export { named, namedPath, columnReader, type Columns, type NamedColumn } from './core/columns.ts'
export type {
  Context,
  KeyMap,
  KeySet,
  Origin,
  PartDatabase,
  PartStore,
  PhaseChange,
  PhaseResult,
} from './core/context.ts'
export type { Clock } from './core/clock.ts'
export type { Environment } from './core/environment.ts'
export type { Graph, GraphPage, GraphReply, GraphRequest, PagesOptions, Tenant } from './core/graph.ts'
export type { Outcome, Result } from './core/result.ts'
export type { Completeness, Counts, DeltaFacts, Drift, FileFacts, Manifest, IgnoredRecords } from './core/manifest.ts'
export { EntrapipeError, codes, type Code, type ErrorOptions } from './core/errors.ts'

export {
  expectArgument,
  expectOptions,
  needed,
  oneOf,
  optional,
  someText,
  someTexts,
  trueOrFalse,
  type Expected,
} from './data/expect-options.ts'

export { textInput, type TextInput, type TextInputOptions } from './sources/files/text-input.ts'
export { textLines, type TextLine } from './formats/text-lines.ts'
export { rowsRead, type RowsRead } from './places/rows-read.ts'

export { textSink, textToOptions, type TextSinkOptions, type TextTo } from './sinks/text-sink.ts'
export type { Reject, RowEncoder } from './core/encoder.ts'
export {
  passing,
  type Destination,
  type End,
  type Place,
  type PlacedFile,
  type PlaceMark,
  type PlaceOptions,
  type PlaceWriter,
  type Proof,
} from './core/place.ts'
