import type { Fields } from '../core/json.ts'
import type { Filter, Path } from './ast.ts'
import { isCast } from './ast.ts'
import { tester, type TestValue } from './compare-values.ts'

interface CompileOptions<T> {
  /** Reads a property of a row. @default the field of that name; a missing one is null */
  readonly read?: (row: T, name: string) => unknown
  /** Whether texts are compared with numbers and booleans as what they read: in CSV all is text. @default false */
  readonly readsText?: boolean
}

/** The item of an `any` or `all` under evaluation, and the one around it. */
interface Frame {
  item: unknown
  readonly outer: Frame | undefined
}
type Get<T> = (row: T, frame: Frame | undefined) => unknown
type Test<T> = (row: T, frame: Frame | undefined) => boolean

/**
 * Makes a function of a filter, by Graph's rules: texts and GUIDs without regard to case, dates as instants, a missing
 * property is null, null is greater and less than nothing, `ne` and `not` are true for null. Nothing is interpreted at a row.
 */
export const compileFilter = <T = Fields>(filter: Filter, options: CompileOptions<T> = {}): ((row: T) => boolean) => {
  const test = compile(filter, [], options)
  return row => test(row, undefined)
}

const compile = <T>(filter: Filter, scope: readonly string[], options: CompileOptions<T>): Test<T> => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return joint(
        filter.kind,
        filter.items.map(item => compile(item, scope, options)),
      )
    case 'not': {
      const item = compile(filter.item, scope, options)
      return (row, frame) => !item(row, frame)
    }
    case 'compare':
      return applied(filter.path, tester(filter.operator, filter.value, options.readsText), scope, options)
    case 'in': {
      const tests = filter.values.map(value => tester('eq', value, options.readsText))
      return applied(filter.path, oneOf(filter.values, tests, options.readsText), scope, options)
    }
    case 'call':
      return applied(
        filter.path,
        tester(filter.name, { type: 'string', value: filter.value }, options.readsText),
        scope,
        options,
      )
    case 'lambda':
      return lambda(filter, scope, options)
    case 'isof': {
      const get = filter.path ? getter(filter.path, scope, options) : (row: T) => row
      return (row, frame) => isOfType(get(row, frame), filter.type)
    }
  }
}

const applied = <T>(path: Path, test: TestValue, scope: readonly string[], options: CompileOptions<T>): Test<T> => {
  const get = getter(path, scope, options)
  return (row, frame) => test(get(row, frame))
}

const joint = <T>(kind: 'and' | 'or', tests: readonly Test<T>[]): Test<T> => {
  const [first, second] = tests
  if (tests.length === 2 && first && second)
    return kind === 'and'
      ? (row, frame) => first(row, frame) && second(row, frame)
      : (row, frame) => first(row, frame) || second(row, frame)
  const stop = kind === 'or'
  return (row, frame) => {
    for (const test of tests) if (test(row, frame) === stop) return stop
    return !stop
  }
}

/** A long list of texts is a set: the cost of a row does not grow with it. */
const oneOf = (
  values: readonly { readonly type: string; readonly value: unknown }[],
  tests: readonly TestValue[],
  readsText = false,
): TestValue => {
  if (values.length > 4 && !readsText && values.every(({ type }) => type === 'string' || type === 'guid')) {
    const set = new Set(values.map(({ value }) => String(value).toLowerCase()))
    return value => typeof value === 'string' && set.has(value.toLowerCase())
  }
  return value => tests.some(test => test(value))
}

const lambda = <T>(
  filter: Extract<Filter, { kind: 'lambda' }>,
  scope: readonly string[],
  options: CompileOptions<T>,
): Test<T> => {
  const get = getter(filter.path, scope, options)
  const { item, variable, quantifier } = filter
  if (!item || variable === undefined) return (row, frame) => listOf(get(row, frame)).length > 0
  const test = compile(item, [...scope, variable], options)
  const stop = quantifier === 'any'
  return (row, outer) => {
    const frame: Frame = { item: undefined, outer }
    for (const value of listOf(get(row, outer))) {
      frame.item = value
      if (test(row, frame) === stop) return stop
    }
    return !stop
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const getter = <T>(path: Path, scope: readonly string[], options: CompileOptions<T>): Get<T> => {
  const { read = field } = options
  let get: Get<T>
  let names = path.names
  if (path.variable === undefined) {
    const [first = '', ...rest] = names
    if (isCast(first)) get = row => (isOfType(row, first) ? row : null)
    else get = read === field && !(first in Object.prototype) ? row => (row as Fields)[first] : row => read(row, first)
    names = rest
    // A property after a leading cast is again one of the row.
    const [next] = rest
    if (isCast(first) && next !== undefined) {
      get = row => (isOfType(row, first) ? read(row, next) : null)
      names = rest.slice(1)
    }
  } else {
    const steps = scope.length - 1 - scope.lastIndexOf(path.variable)
    get = (_, frame) => {
      let at = frame
      for (let step = 0; step < steps; step++) at = at?.outer
      return at?.item
    }
  }
  for (const name of names) {
    const before = get
    get = isCast(name)
      ? (row, frame) => {
          const value = before(row, frame)
          return isOfType(value, name) ? value : null
        }
      : (row, frame) => field(before(row, frame), name)
  }
  if (!path.counts) return get
  return (row, frame) => listOf(get(row, frame)).length
}

/** An own field; what every object inherits (`constructor`) is none. */
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Fields)[name] : null

const isOfType = (value: unknown, type: string): boolean => {
  const own = field(value, '@odata.type')
  return typeof own === 'string' && own.replace(/^#/, '').toLowerCase() === type.replace(/^#/, '').toLowerCase()
}
