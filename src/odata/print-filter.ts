import type { Filter, Literal, Path } from './ast.ts'

/** Formats a filter in canonical form: single spaces, `startsWith`, and no redundant parentheses. */
export const printFilter = (filter: Filter): string => {
  switch (filter.kind) {
    case 'or':
      return filter.items.map(printFilter).join(' or ')
    case 'and':
      return filter.items.map(item => (item.kind === 'or' ? `(${printFilter(item)})` : printFilter(item))).join(' and ')
    case 'not':
      return `not (${printFilter(filter.item)})`
    case 'compare':
      return `${printPath(filter.path)} ${filter.operator} ${printLiteral(filter.value)}`
    case 'in':
      return `${printPath(filter.path)} in (${filter.values.map(printLiteral).join(', ')})`
    case 'call':
      return `${filter.name}(${printPath(filter.path)},${printText(filter.value)})`
    case 'lambda': {
      const body = filter.item && filter.variable !== undefined ? `${filter.variable}:${printFilter(filter.item)}` : ''
      return `${printPath(filter.path)}/${filter.quantifier}(${body})`
    }
    case 'isof':
      return `isof(${filter.path ? `${printPath(filter.path)},` : ''}${printText(filter.type)})`
  }
}

/** Formats a path. */
export const printPath = ({ variable, names, counts, quoted = false, optional }: Path): string =>
  [
    ...(variable === undefined ? [] : [variable]),
    ...names.map((name, at) => ((quoted && at === 0) || !isPlain(name) ? bracketed(name) : name)),
    ...(counts ? ['$count'] : []),
  ].join('/') + (optional ? '?' : '')

/** Formats the name of a column as a filter over rows reads it: `mail`, `employeeOrgData/division`, `[Employee ID]`. */
export const printColumn = (name: string): string => (name.split('/').every(isPlain) ? name : bracketed(name))

/** A name in brackets. `[Active?]` is the column `Active?`; of several question marks, two stand for one. */
const bracketed = (name: string): string =>
  `[${name.replaceAll(']', ']]').replace(/\?{2,}$/, marks => marks.repeat(2))}]`

const isPlain = (name: string): boolean => /^#?[\p{L}_$@][\p{L}\p{N}_.@-]*$/u.test(name)

const printLiteral = ({ type, value }: Literal): string => (type === 'string' ? printText(value) : String(value))

/** Formats a string literal: in single quotes, with quotes inside doubled. */
export const printText = (text: string): string => `'${text.replaceAll("'", "''")}'`
