import type { Fields } from '../core/json.ts'
import type { Filter, Literal, Path } from './ast.ts'
import { isCast, isGraphType } from './ast.ts'
import { kindOf, tester, textOf, type Reading, type TestValue } from './compare-values.ts'

interface CompileOptions<T> {
  /** Reads a property of a row. @default the field of that name, null if missing */
  readonly read?: (row: T, name: string) => unknown
  /**
   * For rows from files and pipes: strings are compared with numbers, booleans and dates by what they read as, and `a/b`
   * is the column of that name if the row has one. @default false
   */
  readonly ofRows?: boolean
  /**
   * Called for a value that is neither null nor comparable, and for empty text of rows that is compared with null; `kind` is
   * what was expected.
   */
  readonly strange?: (row: T, path: Path, kind: string) => void
}

/** The current item of an `any` or `all`, and the frame around it. */
interface Frame {
  item: unknown
  readonly outer: Frame | undefined
}
type Get<T> = (row: T, frame: Frame | undefined) => unknown
type Test<T> = (row: T, frame: Frame | undefined) => boolean

/**
 * Compiles a filter to a predicate that follows Graph's rules: strings and GUIDs are compared case-insensitively, dates
 * as instants. A missing property is null. Null is neither greater nor less than anything; `ne` and `not (… eq …)` are
 * true for null. A function of null is null, and so is its `not`: the row matches neither.
 *
 * @see https://learn.microsoft.com/graph/filter-query-parameter
 */
export const compileFilter = <T = Fields>(filter: Filter, options: CompileOptions<T> = {}): ((row: T) => boolean) => {
  const test = compile(filter, true, [], options)
  return row => test(row, undefined)
}

/**
 * Tests whether a filter is true or, with `wanted` false, whether it is false. Null is neither, so `not` tests whether
 * its operand is false.
 */
const compile = <T>(filter: Filter, wanted: boolean, scope: readonly string[], options: CompileOptions<T>): Test<T> => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return joint(
        (filter.kind === 'and') === wanted ? 'every' : 'some',
        filter.items.map(item => compile(item, wanted, scope, options)),
      )
    case 'not':
      return compile(filter.item, !wanted, scope, options)
    case 'compare': {
      const test = (reading: Reading): TestValue => tester(filter.operator, filter.value, reading)
      return applied(filter.path, kindOf(filter.value), wanted, scope, options, test)
    }
    case 'in': {
      const test = (reading: Reading): TestValue => oneOf(filter.values, reading)
      return applied(filter.path, kindOf(filter.values[0]), wanted, scope, options, test)
    }
    case 'call': {
      const value: Literal = { type: 'string', value: filter.value }
      const test = (reading: Reading): TestValue => {
        const holds = tester(filter.name, value, reading)
        return wanted ? holds : of => of === null || of === undefined || holds(of)
      }
      return applied(filter.path, 'text', wanted, scope, options, test)
    }
    case 'lambda':
      return when(wanted, lambda(filter, scope, options))
    case 'isof': {
      const get = filter.path ? getter(filter.path, scope, options) : (row: T) => row
      return when(wanted, (row, frame) => isOfType(get(row, frame), filter.type))
    }
  }
}

const when = <T>(wanted: boolean, test: Test<T>): Test<T> => (wanted ? test : (row, frame) => !test(row, frame))

const applied = <T>(
  path: Path,
  kind: string,
  wanted: boolean,
  scope: readonly string[],
  options: CompileOptions<T>,
  make: (reading: Reading) => TestValue,
): Test<T> => {
  const get = getter(path, scope, options)
  const { ofRows = false, strange } = options
  if (!strange) {
    const test = make({ readsText: ofRows })
    return when(wanted, (row, frame) => test(get(row, frame)))
  }
  let at: T
  const test = make({ readsText: ofRows, strange: () => strange(at, path, kind) })
  return when(wanted, (row, frame) => test(get((at = row), frame)))
}

const joint = <T>(kind: 'every' | 'some', tests: readonly Test<T>[]): Test<T> => {
  const [first, second] = tests
  if (tests.length === 2 && first && second)
    return kind === 'every'
      ? (row, frame) => first(row, frame) && second(row, frame)
      : (row, frame) => first(row, frame) || second(row, frame)
  const stop = kind === 'some'
  return (row, frame) => {
    for (const test of tests) if (test(row, frame) === stop) return stop
    return !stop
  }
}

/** A list of strings becomes a set, so the cost of a row does not grow with the list. */
const oneOf = (values: readonly Literal[], { readsText = false, strange }: Reading): TestValue => {
  if (values.length > 4 && values.every(({ type }) => type === 'string' || type === 'guid')) {
    const set = new Set(values.map(({ value }) => String(value).toLowerCase()))
    return value => {
      const text = typeof value === 'string' ? value : readsText ? textOf(value) : undefined
      if (text === undefined && value !== null && value !== undefined) strange?.(value)
      return text !== undefined && set.has(text.toLowerCase())
    }
  }
  // A value is strange only if it is comparable with no item of the list.
  let misses = 0
  const kinds = values.filter(({ type }) => type !== 'null').length
  const tests = values.map(value =>
    tester('eq', value, { readsText, ...(value.type !== 'null' && { strange: () => void misses++ }) }),
  )
  return value => {
    misses = 0
    const found = tests.some(test => test(value))
    if (!found && kinds > 0 && misses === kinds) strange?.(value)
    return found
  }
}

const lambda = <T>(
  filter: Extract<Filter, { kind: 'lambda' }>,
  scope: readonly string[],
  options: CompileOptions<T>,
): Test<T> => {
  const get = listGetter(filter.path, getter(filter.path, scope, options), options)
  const { item, variable, quantifier } = filter
  if (!item || variable === undefined) return (row, frame) => get(row, frame).length > 0
  const test = compile(item, true, [...scope, variable], options)
  const stop = quantifier === 'any'
  return (row, outer) => {
    const frame: Frame = { item: undefined, outer }
    for (const value of get(row, outer)) {
      frame.item = value
      if (test(row, frame) === stop) return stop
    }
    return !stop
  }
}

/** Null counts as an empty list. So does a value that is not a list, which is reported. */
const listGetter = <T>(
  path: Path,
  get: Get<T>,
  { strange }: CompileOptions<T>,
): ((row: T, frame: Frame | undefined) => readonly unknown[]) => {
  return (row, frame) => {
    const value = get(row, frame)
    if (Array.isArray(value)) return value
    if (value !== null && value !== undefined) strange?.(row, path, 'a list')
    return []
  }
}

const getter = <T>(path: Path, scope: readonly string[], options: CompileOptions<T>): Get<T> => {
  const get = path.variable === undefined ? ownGetter(path, options) : itemGetter(path, path.variable, scope, options)
  if (!path.counts) return get
  const list = listGetter(path, get, options)
  return (row, frame) => list(row, frame).length
}

const itemGetter = <T>(
  { names }: Path,
  variable: string,
  scope: readonly string[],
  options: CompileOptions<T>,
): Get<T> => {
  const steps = scope.length - 1 - scope.lastIndexOf(variable)
  const get: Get<T> = (_, frame) => {
    let at = frame
    for (let step = 0; step < steps; step++) at = at?.outer
    return at?.item
  }
  return within(get, names, options)
}

const ownGetter = <T>({ names, quoted = false }: Path, options: CompileOptions<T>): Get<T> => {
  const { read = field, ofRows = false } = options
  const [first = '', ...rest] = names
  if (!quoted && isType(first, options)) {
    // After a leading cast the next name is a property of the row again.
    const [next, ...more] = rest
    if (next === undefined) return row => (isOfType(row, first) ? row : null)
    return within(row => (isOfType(row, first) ? read(row, next) : null), more, options)
  }
  const plain: Get<T> =
    read === field && !(first in Object.prototype) ? row => (row as Fields)[first] : row => read(row, first)
  const get = within(plain, rest, options)
  if (!ofRows || quoted || rest.length === 0) return get
  // The longest name that is a column wins: `a/b/c`, then `a/b` with c inside it.
  const flat = rest.map((_, at) => {
    const name = names.slice(0, names.length - at).join('/')
    return { name, get: within<T>(row => field(row, name), names.slice(names.length - at), options) }
  })
  return (row, frame) => {
    for (const column of flat) if (Object.hasOwn(row as object, column.name)) return column.get(row, frame)
    return get(row, frame)
  }
}

/** The value that names lead to. */
const within = <T>(get: Get<T>, names: readonly string[], options: CompileOptions<T>): Get<T> =>
  names.reduce<Get<T>>(
    (before, name) =>
      isType(name, options)
        ? (row, frame) => {
            const value = before(row, frame)
            return isOfType(value, name) ? value : null
          }
        : (row, frame) => field(before(row, frame), name),
    get,
  )

const isType = <T>(name: string, { ofRows = false }: CompileOptions<T>): boolean =>
  ofRows ? isGraphType(name) : isCast(name)

/** Own fields only, nothing inherited (`constructor`). */
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Fields)[name] : null

const isOfType = (value: unknown, type: string): boolean => {
  const own = field(value, '@odata.type')
  return typeof own === 'string' && own.replace(/^#/, '').toLowerCase() === type.replace(/^#/, '').toLowerCase()
}
