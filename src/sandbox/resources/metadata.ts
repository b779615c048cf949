import type { Fields } from '../../core/json.ts'
import { propertiesOfType, relationsOfType } from '../../data/properties.ts'
import type { SandboxReply } from '../protocol.ts'
import { kinds, typeFacts } from './type-facts.ts'

/** How much of OData's control information a reply contains. */
type Level = 'none' | 'minimal' | 'full'

/** The level that `Accept: application/json;odata.metadata=none` requests; `minimal` by default. */
const levelOf = (accept = ''): Level =>
  (/;\s*odata\.metadata\s*=\s*"?(none|minimal|full)\b/i.exec(accept)?.[1]?.toLowerCase() as Level | undefined) ??
  'minimal'

/**
 * Returns a reply with the control information that the caller requested. `none` omits all but links and counts. `full` adds
 * the type and address of each object, the types of its values, and a link for each relation.
 *
 * Microsoft does not document the form of the links in `full`. Ids are as in a captured reply; other links are absolute.
 *
 * @see https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html#sec_ControllingtheAmountofControlInforma
 */
export const withMetadata = (reply: SandboxReply, accept: string | undefined, root: string): SandboxReply => {
  const level = levelOf(accept)
  const type = reply.headers['content-type'] ?? ''
  if (level === 'minimal' || reply.body === undefined || !type.includes('odata.metadata=')) return reply
  const body = JSON.parse(reply.body) as Fields
  return {
    ...reply,
    headers: { ...reply.headers, 'content-type': type.replace('odata.metadata=minimal', `odata.metadata=${level}`) },
    body: JSON.stringify(level === 'none' ? bare(body) : full(body, root)),
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Always kept: without these, rows would be lost. */
const kept = /@odata\.(?:nextLink|deltaLink|count)$/

const bare = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(bare)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.includes('@odata.') || kept.test(name))
      .map(([name, inner]) => [name, bare(inner)]),
  )
}

/** Types of the collections that do not contain directory objects. */
const otherTypes: Readonly<Record<string, string>> = {
  appRoleAssignments: 'appRoleAssignment',
  directoryRoleTemplates: 'directoryRoleTemplate',
  domains: 'domain',
  oauth2PermissionGrants: 'oAuth2PermissionGrant',
  organization: 'organization',
  'roleManagement/directory/roleDefinitions': 'unifiedRoleDefinition',
  subscribedSkus: 'subscribedSku',
}
const setOf = new Map([
  ...Object.entries(otherTypes).map(([set, type]) => [type, set] as const),
  ...kinds.map(kind => [kind as string, typeFacts[kind].set] as const),
])
const typeOf = new Map([...setOf].map(([type, set]) => [set, type]))

const full = (body: Fields, root: string): unknown => {
  const context = String(body['@odata.context'] ?? '')
  const set = /#([^(]*?)(?:\(.*)?(?:\/\$entity)?$/.exec(context)?.[1] ?? ''
  const type = typeOf.get(set)
  if (!Array.isArray(body['value'])) return described(body, type, root)
  return { ...body, value: body['value'].map(item => (isObject(item) ? described(item, type, root) : item)) }
}

/** Describes an object. `type` is the type of its collection, for objects without `@odata.type`. */
const described = (entity: Fields, type: string | undefined, root: string): Fields => {
  const { '@odata.context': context, '@odata.type': own, ...rest } = entity
  const name = typeof own === 'string' ? own.replace('#microsoft.graph.', '') : type
  const set = name === undefined ? undefined : setOf.get(name)
  if (name === undefined || set === undefined || rest['@removed']) return entity
  const address = typeof rest['id'] === 'string' ? `${set}('${rest['id']}')` : undefined
  const relations = relationsOfType(name)
  const links = address === undefined ? [] : [...relations.keys()].filter(relation => !(relation in rest))
  return {
    ...(context === undefined ? {} : { '@odata.context': context }),
    '@odata.type': `#microsoft.graph.${name}`,
    ...(address === undefined ? {} : { '@odata.id': address, '@odata.editLink': address }),
    ...withTypes(rest, name, (relation, value) =>
      isObject(value) ? described(value, relations.get(relation)?.target, root) : value,
    ),
    ...Object.fromEntries(
      links.flatMap(relation => [
        [`${relation}@odata.associationLink`, `${root}/${address}/${relation}/$ref`],
        [`${relation}@odata.navigationLink`, `${root}/${address}/${relation}`],
      ]),
    ),
  }
}

const primitive = /^(?:Binary|Boolean|Byte|Date|DateTimeOffset|Decimal|Double|Duration|Guid|Int\d+|Stream|String)$/
/** Types that JSON shows. */
const evident = new Set(['Boolean', 'Double', 'Int32', 'String'])

/** Adds the types that JSON does not show to the values of an object. `related` describes expanded objects. */
const withTypes = (
  values: Fields,
  type: string,
  related: (relation: string, value: unknown) => unknown = (_, value) => value,
): Fields => {
  const properties = propertiesOfType(type)
  const entries: (readonly [string, unknown])[] = []
  for (const [name, value] of Object.entries(values)) {
    const property = properties.get(name)
    if (!property || value === null) {
      entries.push([name, Array.isArray(value) ? value.map(item => related(name, item)) : related(name, value)])
      continue
    }
    const complex = !primitive.test(property.type)
    const of = complex ? `microsoft.graph.${property.type}` : property.type
    const inner = (item: unknown): unknown => (complex && isObject(item) ? withTypes(item, property.type) : item)
    if (Array.isArray(value)) entries.push([`${name}@odata.type`, `#Collection(${of})`], [name, value.map(inner)])
    else if (isObject(value) && complex) entries.push([name, { '@odata.type': `#${of}`, ...(inner(value) as Fields) }])
    else if (evident.has(of)) entries.push([name, value])
    else entries.push([`${name}@odata.type`, `#${of}`], [name, value])
  }
  return Object.fromEntries(entries)
}
