import { isFields } from '../core/json.ts'
import { accountProperty, typeMistake } from './account-properties.ts'
import { isExpression } from './expression.ts'
import { expressionOf } from './values.ts'
import { isGenerated, type Generated } from './generated.ts'
import type { GeneratedName, HrFeedOptions, MappedProperty, Mistakes } from './mapping.ts'

interface MappedAccount {
  readonly properties: readonly MappedProperty[]
  readonly generated: ReadonlyMap<GeneratedName, Generated>
  readonly match: readonly MappedProperty[]
}

const canBeGenerated = (path: string): path is GeneratedName => path === 'userPrincipalName' || path === 'mailNickname'

const checkGenerated = (path: GeneratedName, { mistakes: own, hasDomain, at }: Generated, mistakes: Mistakes): void => {
  for (const { text, at: place } of own) mistakes.add(text, place)
  if (own.length > 0) return
  if (path === 'userPrincipalName' && !hasDomain)
    mistakes.add("A generated userPrincipalName needs a domain: generated([…], { domain: 'contoso.com' }).", at)
  if (path === 'mailNickname' && hasDomain)
    mistakes.add('A mailNickname has no domain. Remove the @ and what follows it.', at)
}

/** The properties of `account`, and those by which accounts are recognised. */
export const accountOf = ({ account, match }: Partial<HrFeedOptions>, mistakes: Mistakes): MappedAccount => {
  const generated = new Map<GeneratedName, Generated>()
  const properties: MappedProperty[] = []
  if (!isFields(account))
    mistakes.add('account needs the properties of an account, each with a column or an expression.')
  for (const [path, value] of Object.entries(isFields(account) ? account : {})) {
    const at = mistakes.written.property(path, value)
    const property = accountProperty(path)
    if (typeof property === 'string') {
      mistakes.add(property, isExpression(value) ? value.at : at)
      continue
    }
    if (isGenerated(value)) {
      if (!canBeGenerated(path))
        mistakes.add(`${path} cannot be generated: only userPrincipalName and mailNickname can.`, value.at)
      else {
        checkGenerated(path, value, mistakes)
        generated.set(path, value)
      }
      continue
    }
    if (typeof value !== 'string' && !isExpression(value)) {
      mistakes.add(`${path} needs a column, an expression, or generated(…).`, at)
      continue
    }
    const from = expressionOf(value, at)
    for (const mistake of from.mistakes) mistakes.add(mistake.text, mistake.at)
    const mistake = from.mistakes.length > 0 ? undefined : typeMistake(property, from)
    if (mistake !== undefined) mistakes.add(mistake, from.at)
    properties.push({ ...property, from })
  }
  const has = (path: string) =>
    properties.some(property => property.path === path) || generated.has(path as GeneratedName)
  for (const path of ['displayName', 'userPrincipalName'])
    if (isFields(account) && !(path in account) && !has(path))
      mistakes.add(`account needs ${path}, without which no user can be created.`)
  return { properties, generated, match: matchIn(match, properties, generated, mistakes) }
}

const matchIn = (
  match: unknown,
  properties: readonly MappedProperty[],
  generated: ReadonlyMap<GeneratedName, Generated>,
  mistakes: Mistakes,
): readonly MappedProperty[] => {
  if (!Array.isArray(match) || match.length === 0 || !match.every(path => typeof path === 'string')) {
    mistakes.add(
      "match needs the properties by which accounts are recognised, such as ['employeeId'].",
      mistakes.written.property('match'),
    )
    return []
  }
  if (new Set(match).size < match.length)
    mistakes.add('match names a property twice.', mistakes.written.property('match'))
  return (match as readonly string[]).flatMap(path => {
    const found = properties.find(property => property.path === path)
    if (generated.has(path as GeneratedName))
      mistakes.add(
        `match names ${path}, which is generated: people with the same name would get the account of one of them. Use a property that the feed has.`,
        generated.get(path as GeneratedName)!.at,
      )
    else if (!found) mistakes.add(`match names ${path}, which account does not have.`, mistakes.written.text(path))
    else if (found.type !== 'String' || found.collection)
      mistakes.add(`match names ${path}, which is not text.`, found.from.at)
    else return [found]
    return []
  })
}
