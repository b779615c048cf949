import type { Duplex, Readable, Writable } from 'node:stream'
import { EntrapipeError } from '../core/errors.ts'
import { expectNames } from '../core/expect-names.ts'
import { nearest } from '../core/nearest.ts'
import { expectAtMost, type AtMost } from '../core/at-most.ts'
import type { Fields } from '../core/json.ts'
import type { ChangeSink, Sink, Source, Transform } from '../core/parts.ts'
import { guarded } from './guarded.ts'
import { foreignSink, foreignSource, isForeignDuplex, isForeignReadable, isForeignWritable } from './foreign.ts'

/** One source, some transforms, one sink. A foreign object-mode stream can replace any of them. It gets values. */
export interface Plan {
  readonly source: Source<unknown> | Readable
  readonly transforms?: readonly (Transform<never, unknown> | Duplex)[]
  readonly sink: Sink<never> | Writable
  /**
   * Where failed rows are written after the last row, in the order of the input: the columns of the input as they were read,
   * then `line` (the row's key), `column`, `code`, `reason` and `fix`. The file appears just before the output of `sink`. If no
   * row failed, nothing is written, and a file of an earlier run is removed. The inputs of rows come from the run's records.
   */
  readonly rejects?: Sink<Fields>
  /**
   * Ends the run when more rows fail, or a larger percentage of those read, such as `'5%'`. The run can be resumed with a higher
   * limit. A percentage is checked from 1,000 rows and at the end. @default no limit
   */
  readonly maxFailed?: AtMost
  /**
   * Ends the run, without publishing its output, if more objects changed while the listing was read, or a larger percentage of the rows
   * read. The run can be resumed with a higher limit. @default no limit
   */
  readonly maxDrift?: AtMost
  /** Ends after this many rows of the source. */
  readonly limit?: number
  /** Number of shards of the source that are read concurrently. @default as many as are of use */
  readonly shardsAtOnce?: number
  /** Number of rows of the source between two checkpoints. @default 20000 */
  readonly rowsPerCut?: number
  /**
   * What a later phase will take away if all changes of this one succeed. It is read before the first change is sent, so that the brakes
   * and the question count it, too. The source may read the changes and the results of this phase.
   */
  readonly foresees?: Foreseen
}

/** Rows of a later phase, which are one shard, and the changes that they make. */
interface Foreseen {
  readonly source: Source<never>
  readonly sink: ChangeSink<never>
}

type From<T> = Source<T> | Readable
type To<T> = Sink<T> | Writable
type Via<A, B> = Transform<A, B> | Duplex
type More = Omit<Plan, 'source' | 'transforms' | 'sink'>
type Typed<S, T extends readonly unknown[], K> = More & { readonly source: S; readonly transforms: T; readonly sink: K }

interface PlanOf {
  <A>(plan: More & { readonly source: From<A>; readonly sink: To<NoInfer<A>> }): Plan
  <A, B>(plan: Typed<From<A>, readonly [Via<A, B>], To<B>>): Plan
  <A, B, C>(plan: Typed<From<A>, readonly [Via<A, B>, Via<B, C>], To<C>>): Plan
  <A, B, C, D>(plan: Typed<From<A>, readonly [Via<A, B>, Via<B, C>, Via<C, D>], To<D>>): Plan
  <A, B, C, D, E>(plan: Typed<From<A>, readonly [Via<A, B>, Via<B, C>, Via<C, D>, Via<D, E>], To<E>>): Plan
  (plan: Plan): Plan
}

/** Types a plan: each step gets the rows of the previous one. */
export const plan = ((made: Plan) => made) as PlanOf

/** A plan with all foreign streams wrapped, as the engine runs it. */
export interface ReadyPlan {
  readonly source: Source<unknown>
  readonly transforms: readonly (Transform<unknown, unknown> | Duplex)[]
  readonly sink: Sink<unknown>
  readonly rejects: Sink<Fields> | undefined
  readonly limit: number
  readonly maxFailed: AtMost | undefined
  readonly maxDrift: AtMost | undefined
  readonly shardsAtOnce: number | undefined
  readonly rowsPerCut: number
  readonly foresees: Foreseen | undefined
  /** Why an interrupted run cannot be resumed; undefined if it can. */
  readonly notResumable: string | undefined
  readonly usesGraph: boolean
}

/** Whether it is a transform and not a foreign stream. */
export const isTransform = (step: Transform<unknown, unknown> | Duplex): step is Transform<unknown, unknown> =>
  !isForeignDuplex(step)

/** @throws EntrapipeError `PIPELINE_INVALID` when something in the plan is not a part */
export const ready = (plan: Plan): ReadyPlan => {
  expectPlan(plan)
  expectObjectMode(plan)
  const source = isForeignReadable(plan.source) ? foreignSource(plan.source) : (plan.source as Source<unknown>)
  const sink = isForeignWritable(plan.sink) ? foreignSink(plan.sink) : (plan.sink as unknown as Sink<unknown>)
  const transforms = (plan.transforms ?? []) as readonly (Transform<unknown, unknown> | Duplex)[]
  expectPart(source, 'source', 'read')
  expectPart(sink, 'sink', 'open')
  if (plan.rejects !== undefined) expectPart(plan.rejects, 'sink for rejects', 'open')
  for (const transform of transforms) if (isTransform(transform)) expectPart(transform, 'transform', 'open')
  const { maxFailed, maxDrift, limit = Infinity, shardsAtOnce, rowsPerCut = 20_000 } = plan
  expectWhole('limit', limit, 0)
  if (maxFailed !== undefined) expectAtMost('maxFailed', maxFailed)
  if (maxDrift !== undefined) expectAtMost('maxDrift', maxDrift)
  if (shardsAtOnce !== undefined) expectWhole('shardsAtOnce', shardsAtOnce, 1)
  expectWhole('rowsPerCut', rowsPerCut, 1)
  const ours = transforms.filter(isTransform)
  const notResumable = reason(source, ours, transforms.length > ours.length, sink)
  return {
    source: guarded(`source ${source.kind}`, source),
    transforms: transforms.map(step => (isTransform(step) ? guarded(`transform ${step.kind}`, step) : step)),
    sink: guarded(`sink ${sink.kind}`, sink),
    rejects: plan.rejects && guarded(`sink ${plan.rejects.kind} of rejects`, plan.rejects),
    limit,
    maxFailed,
    maxDrift,
    shardsAtOnce,
    rowsPerCut,
    foresees: plan.foresees,
    notResumable,
    usesGraph: [source, ...ours, sink].some(part => part.usesGraph === true),
  }
}

const reason = (
  source: Source<unknown>,
  ours: readonly Transform<unknown, unknown>[],
  foreign: boolean,
  sink: Sink<unknown>,
): string | undefined => {
  if (source.resumable === false) return `its source (${source.kind}) cannot be read twice`
  const once = ours.find(transform => transform.resumable === false)
  if (once) return `its transform ${once.kind} reads an input that cannot be read twice`
  if (foreign) return 'a stream among its transforms has no state that can be saved'
  if (sink.resumable === false) return `the output of its sink (${sink.kind}) cannot be truncated`
  return undefined
}

const fields: { readonly [name in keyof Required<Plan>]: true } = {
  source: true,
  transforms: true,
  sink: true,
  rejects: true,
  maxFailed: true,
  maxDrift: true,
  limit: true,
  shardsAtOnce: true,
  rowsPerCut: true,
  foresees: true,
}
const planFields = Object.keys(fields)

const expectPlan = (plan: unknown): void => {
  if (typeof plan !== 'object' || plan === null)
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `Expected make to return a plan, made with \`plan({ source, sink })\`, got ${plan === null ? 'null' : typeof plan}`,
    )
  expectNames('plan', plan, planFields)
  const transforms = (plan as Plan).transforms as unknown
  if (transforms !== undefined && !Array.isArray(transforms))
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `Expected transforms of the plan to be a list, got ${typeof transforms}`,
    )
}

/** Refuses streams of bytes, which cannot pass rows: a process's stdout, a file, a compressor. */
const expectObjectMode = ({ source, transforms = [], sink }: Plan): void => {
  const streams = transforms.filter(step => !isTransform(step as Transform<unknown, unknown> | Duplex)) as Duplex[]
  const ofBytes = [
    ['source', isForeignReadable(source) && source.readableObjectMode === false],
    ['transform', streams.some(one => one.readableObjectMode === false || one.writableObjectMode === false)],
    ['sink', isForeignWritable(sink) && sink.writableObjectMode === false],
  ] as const
  const found = ofBytes.find(([, isBytes]) => isBytes)
  if (found)
    throw new EntrapipeError('PIPELINE_INVALID', `The ${found[0]} of the plan is a stream of bytes, not of objects`, {
      fix: 'Use a stream in object mode, or a part: csv, jsonl and json read and write files, stdin and stdout.',
    })
}

const expectPart = (part: unknown, role: string, method: string): void => {
  const isObject = typeof part === 'object' && part !== null && !Array.isArray(part)
  if (!isObject)
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `Expected the ${role} of the plan to be a part or an object-mode stream, got ${part === null ? 'null' : Array.isArray(part) ? 'a list' : typeof part}`,
      typeof part === 'function' && role === 'transform'
        ? { fix: 'Wrap the function: map(…) for one value, flatMap(…) for a list of values, filter(…) to keep rows.' }
        : {},
    )
  const { kind, [method]: found } = part as Readonly<Record<string, unknown>>
  if (typeof found === 'function') return
  const near = nearest(
    method,
    Object.keys(part).filter(name => name !== method),
  )
  throw new EntrapipeError(
    'PIPELINE_INVALID',
    `The ${role} ${typeof kind === 'string' ? `${kind} ` : ''}of the plan has no method ${method}${near === undefined ? '' : `. It has ${near}: rename it to ${method}`}`,
  )
}

const expectWhole = (name: string, value: number, least: number): void => {
  if (value !== Infinity && !(Number.isInteger(value) && value >= least))
    throw new EntrapipeError('OPTION_INVALID', `Expected ${name} to be a whole number from ${least}, got ${value}`)
}
