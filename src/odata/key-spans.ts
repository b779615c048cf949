import type { Filter, Literal } from './ast.ts'

/** Keys from one up to another, which is not among them; without an end all that follow. Keys compare by UTF-16 code units. */
export interface Span {
  readonly from: string
  readonly to?: string
}

/** Disjoint spans in order. */
type Spans = readonly Span[]

/** By which an index orders the values of a property: null first, then empty text, then text in lower case. */
export const keyOf = (value: unknown): string =>
  value === null || value === undefined ? '' : value === '' ? '\0' : String(value).toLowerCase()

/** Whether a key is in one of the spans. */
export const isIn = (spans: Spans, key: string): boolean =>
  spans.some(({ from, to }) => key >= from && (to === undefined || key < to))

const everything: Spans = [{ from: '' }]
const nothing: Span = { from: '', to: '\0' }
/** All that is not null. */
const something: Span = { from: '\0' }

/**
 * The keys of the values of one property that pass a filter; undefined if it reads another property, or what the order of the keys does not
 * answer. Values of the property must be text or null.
 */
export const keySpans = (filter: Filter): { readonly property: string; readonly spans: Spans } | undefined =>
  found(filter, true)

/** As in `compileFilter`: the keys for which the filter is true or, with `wanted` false, false. A function of null is neither. */
const found = (filter: Filter, wanted: boolean): ReturnType<typeof keySpans> => {
  if (filter.kind === 'not') return found(filter.item, !wanted)
  if (filter.kind === 'and' || filter.kind === 'or') {
    const parts: { readonly property: string; readonly spans: Spans }[] = []
    for (const item of filter.items) {
      const part = found(item, wanted)
      if (!part || part.property !== (parts[0] ?? part).property) return undefined
      parts.push(part)
    }
    const all = parts.map(({ spans }) => spans)
    const spans = (filter.kind === 'and') === wanted ? inAll(all) : united(all.flat())
    return parts[0] && { property: parts[0].property, spans }
  }
  const property = plainProperty(filter)
  const spans = property === undefined ? undefined : ofValue(filter)
  if (property === undefined || !spans) return undefined
  if (wanted) return { property, spans }
  return { property, spans: filter.kind === 'call' ? inAll([[something], allBut(spans)]) : allBut(spans) }
}

/** The property of the row itself that a condition is on, with those inside it: `employeeOrgData/division`. */
export const plainProperty = (filter: Filter): string | undefined =>
  'path' in filter && filter.path && filter.path.variable === undefined && !filter.path.counts
    ? filter.path.names.join('/')
    : undefined

/** The keys that pass a condition; undefined if they are not spans. */
const ofValue = (filter: Filter): Spans | undefined => {
  if (filter.kind === 'call')
    return filter.name === 'startsWith' && isKey(filter.value) ? [beginning(filter.value)] : undefined
  if (filter.kind === 'in') {
    const each = filter.values.map(value => ofLiteral('eq', value))
    const known = each.filter(spans => spans !== undefined)
    return known.length < each.length ? undefined : united(known.flat())
  }
  return filter.kind === 'compare' ? ofLiteral(filter.operator, filter.value) : undefined
}

const ofLiteral = (operator: string, { type, value }: Literal): Spans | undefined => {
  if (operator === 'ne') {
    const equal = ofLiteral('eq', { type, value } as Literal)
    return equal && allBut(equal)
  }
  if (type === 'null') return operator === 'eq' ? [nothing] : []
  if ((type !== 'string' && type !== 'guid') || !isKey(value)) return undefined
  const key = keyOf(value)
  const after = `${key}\0`
  switch (operator) {
    case 'eq':
      return [{ from: key, to: after }]
    case 'ge':
      return [{ from: key }]
    case 'gt':
      return [{ from: after }]
    case 'lt':
      return united([{ from: '\0', to: key }])
    case 'le':
      return [{ from: '\0', to: after }]
    default:
      return undefined
  }
}

/** Text that begins with the key of empty text is not told apart from it. */
const isKey = (text: string): boolean => !text.startsWith('\0')

/** All text that begins with a text, ignoring case. */
const beginning = (text: string): Span => {
  if (text === '') return something
  const from = text.toLowerCase()
  const last = from.replace(/\uffff+$/, '')
  if (last === '') return { from }
  return { from, to: last.slice(0, -1) + String.fromCharCode(last.charCodeAt(last.length - 1) + 1) }
}

/** Joins spans that overlap or meet, and leaves out empty ones. */
const united = (spans: Spans): Spans => {
  const joint: Span[] = []
  for (const span of spans.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = joint.at(-1)
    if (span.to !== undefined && span.to <= span.from) continue
    if (!last || (last.to !== undefined && last.to < span.from)) joint.push(span)
    else if (last.to !== undefined && (span.to === undefined || span.to > last.to))
      joint[joint.length - 1] = { from: last.from, ...(span.to !== undefined && { to: span.to }) }
  }
  return joint
}

const allBut = (spans: Spans): Spans => {
  const others: Span[] = []
  let from = ''
  for (const span of spans) {
    if (span.from > from) others.push({ from, to: span.from })
    if (span.to === undefined) return others
    from = span.to
  }
  return spans.length === 0 ? everything : [...others, { from }]
}

const inAll = (all: readonly Spans[]): Spans => allBut(united(all.flatMap(allBut)))
