import { numberIn } from '../core/exact-number.ts'
import { comparisons, functions, joined, type Comparison, type Filter, type Literal, type Path } from './ast.ts'
import { tokens, type Token } from './lexer.ts'
import { syntaxError } from './syntax-error.ts'
import { bracketHint, functionHint, joinHint, operatorHint, quoteHint, shellHint, shown } from './syntax-hints.ts'

/** Deeper than anyone writes by hand; protects the call stack. */
const maxDepth = 100

/** Options of `parseFilter`. */
interface FilterOptions {
  /**
   * Allows the syntax for rows from files and pipes: `[Employee ID]` for a column of any name, and a question mark after a
   * column that rows may lack. Graph accepts neither. @default false
   */
  readonly ofRows?: boolean
}

/**
 * Parses a `$filter`: `and`, `or`, `not`, parentheses, eq ne gt ge lt le has in, startsWith endsWith contains, `any` and
 * `all`, `/$count`, casts, isof. Keywords are case-insensitive; property names are kept as written.
 *
 * @throws EntrapipeError `FILTER_INVALID` (facts: option, position from 1)
 * @see https://learn.microsoft.com/graph/filter-query-parameter
 */
export const parseFilter = (text: string, { ofRows = false }: FilterOptions = {}): Filter => {
  const list = tokens(text, ofRows)
  let index = 0
  let depth = 0
  const variables: string[] = []

  const peek = (ahead = 0): Token => list[Math.min(index + ahead, list.length - 1)]!
  const isWord = (word: string, token = peek()): boolean => token.kind === 'name' && token.text.toLowerCase() === word
  const isMark = (char: string, token = peek()): boolean => token.kind === 'mark' && token.text === char

  const fail = (expected: string, token = peek(), hint?: string): never => {
    const doubled =
      token.glued && token.kind !== 'mark' && token.kind !== 'end'
        ? `Double a quote inside text: 'O''Brien'.`
        : undefined
    throw syntaxError({
      option: '$filter',
      at: token.at,
      expected,
      got: shown(token),
      hint: token.hint ?? doubled ?? hint,
    })
  }
  const mark = (char: string, expected = `'${char}'`): void => {
    if (!isMark(char)) fail(expected)
    index++
  }

  const or = (): Filter => {
    if (++depth > maxDepth) fail(`at most ${maxDepth} levels of nesting`)
    const items = [and()]
    for (; isWord('or'); items.push(and())) index++
    depth--
    return joined('or', items)
  }
  const and = (): Filter => {
    const items = [unary()]
    for (; isWord('and'); items.push(unary())) index++
    return joined('and', items)
  }
  const unary = (): Filter => {
    if (!isWord('not')) return primary()
    index++
    if (++depth > maxDepth) fail(`at most ${maxDepth} levels of nesting`)
    const at = peek()
    const item = unary()
    depth--
    if (item.kind === 'compare' || item.kind === 'in')
      if (!isMark('(', at)) fail(`'(' after not`, at, `'not' must be followed by a condition in parentheses: not (…).`)
    return { kind: 'not', item }
  }
  const primary = (): Filter => {
    if (isMark('(')) {
      index++
      const item = or()
      mark(')', "'and', 'or' or ')'")
      return item
    }
    const token = peek()
    if (token.kind !== 'name') {
      const isValue = ['string', 'number', 'guid', 'date'].includes(token.kind)
      const sides = isValue ? 'Write the property on the left and the value on the right.' : undefined
      fail('a property or a function', token, inBrackets(index) ?? sides)
    }
    if (isMark('(', peek(1))) return truth(call())
    return condition()
  }

  /** `startsWith(…) eq true` is the same as `startsWith(…)`. */
  const truth = (item: Filter): Filter => {
    if (!isWord('eq') && !isWord('ne')) return item
    const value = peek(1)
    if (!isWord('true', value) && !isWord('false', value)) fail("'and', 'or' or the end")
    const holds = isWord('eq') === isWord('true', value)
    index += 2
    return holds ? item : { kind: 'not', item }
  }

  const call = (): Filter => {
    const token = peek()
    const name = functions.find(one => one.toLowerCase() === token.text.toLowerCase())
    if (!name && !isWord('isof')) return fail('startsWith, endsWith, contains or isof', token, functionHint(token.text))
    index += 2
    if (!name) return isof()
    const at = path()
    mark(',')
    const value = peek()
    if (value.kind !== 'string') fail('text in single quotes', value, quoteHint(value))
    index++
    mark(')')
    return { kind: 'call', name, path: at, value: value.value }
  }
  const isof = (): Filter => {
    const own = peek().kind === 'name' && isMark(',', peek(1)) ? path() : undefined
    if (own) mark(',')
    const type = peek()
    if (type.kind !== 'string' && type.kind !== 'name') fail("a type such as 'microsoft.graph.user'", type)
    index++
    mark(')')
    return { kind: 'isof', ...(own ? { path: own } : {}), type: type.value }
  }

  const inBrackets = (from: number): string | undefined => (ofRows ? bracketHint(list.slice(from)) : undefined)

  const condition = (): Filter => {
    const from = index
    const at = path()
    if (isMark('/')) return truth(lambda(at))
    const token = peek()
    if (isWord('in')) return { kind: 'in', path: at, values: (index++, values()) }
    const operator =
      comparisons.find(one => isWord(one)) ??
      fail('an operator such as eq', token, inBrackets(from) ?? operatorHint(token, at))
    index++
    return { kind: 'compare', operator: operator as Comparison, path: at, value: literal() }
  }

  const path = (): Path => {
    const first = peek()
    if (first.kind !== 'name') fail('a property', first)
    index++
    const variable = variables.includes(first.text) ? first.text : undefined
    if (variables.length > 0 && variable === undefined) {
      const inner = variables.at(-1)!
      fail(`a name that begins with ${inner}`, first, `Did you mean ${inner}/${first.text}?`)
    }
    const names = variable === undefined ? [first.value] : []
    const written = [first]
    let counts = false
    while (isMark('/') && !counts && !isLambda()) {
      const slash = peek()
      index++
      const name = peek()
      const isApart = name.at !== slash.at + 1
      if (name.kind !== 'name' || isApart) fail("a property after '/'", name, isApart ? shellHint : undefined)
      index++
      written.push(name)
      if (name.text.toLowerCase() === '$count') counts = true
      else names.push(name.value)
    }
    return {
      names,
      ...(variable === undefined ? {} : { variable }),
      ...(counts ? { counts } : {}),
      ...(first.quoted ? { quoted: true } : {}),
      ...(written.some(({ optional }) => optional) ? { optional: true } : {}),
      at: first.at,
    }
  }
  const isLambda = (): boolean => (isWord('any', peek(1)) || isWord('all', peek(1))) && isMark('(', peek(2))

  const lambda = (at: Path): Filter => {
    index++
    if (at.counts) fail("the end of the path after '$count'")
    const quantifier = isWord('any') ? 'any' : 'all'
    index += 2
    if (quantifier === 'any' && isMark(')')) return (index++, { kind: 'lambda', quantifier, path: at })
    const name = peek()
    if (name.kind !== 'name' || !isMark(':', peek(1)))
      fail(
        `a variable and a colon, such as x:`,
        name.kind === 'name' ? peek(1) : name,
        `Write ${at.names.join('/')}/${quantifier}(x:x eq 'value').`,
      )
    if (variables.includes(name.text)) fail('a variable name that is not already in use', name)
    index += 2
    variables.push(name.text)
    const item = or()
    variables.pop()
    mark(')', "'and', 'or' or ')'")
    return { kind: 'lambda', quantifier, path: at, variable: name.text, item }
  }

  const values = (): readonly Literal[] => {
    mark('(', "'(' and a list of values")
    const list = [literal()]
    for (; isMark(','); list.push(literal())) index++
    mark(')', "',' or ')'")
    return list
  }
  const literal = (): Literal => {
    const token = peek()
    index++
    if (token.kind === 'string' || token.kind === 'guid' || token.kind === 'date')
      return { type: token.kind, value: token.value }
    if (token.kind === 'number') {
      const value = numberIn(token.text)
      return value === undefined ? fail('a number up to 1.8e308', token) : { type: 'number', value }
    }
    if (isWord('null', token)) return { type: 'null', value: null }
    if (isWord('true', token) || isWord('false', token)) return { type: 'boolean', value: isWord('true', token) }
    return fail('a value', token, quoteHint(token))
  }

  if (peek().kind === 'end') fail('a condition')
  const filter = or()
  if (peek().kind !== 'end') fail("'and', 'or' or the end", peek(), joinHint(peek()))
  return filter
}
