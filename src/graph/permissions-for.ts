import { operationPermissions } from '../data/permissions.ts'

/** `/groups/{id}/members` as a pattern; `/groups(uniqueName='x')/members` fits it too. */
const pattern = (request: string): RegExp =>
  new RegExp(
    `^${request.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll('/{id}', String.raw`(?:/[^/]+|\([^)]*\))`)}(?:/microsoft\\.graph\\.\\w+|/\\$count|/delta)?$`,
    'i',
  )

/** Application permissions that a refused request lacks: one of each list, the least privileged first. */
type Lacking = readonly (readonly string[])[]

/**
 * What would let a request through that Graph refused: what Graph names, else what is documented for the request and the
 * properties that it asks for. Undefined for a request that is not known.
 *
 * @param said Graph's sentence
 */
export const permissionsFor = (method: string, url: string, said = ''): Lacking | undefined => {
  const named = [...new Set(said.match(/\b[A-Z]\w+(?:[-.][A-Z]\w+)+/g) ?? [])].filter(name => known.has(name))
  if (named.length > 0) return named.map(name => [name])
  const [path = '', query = ''] = url.split('?')
  const operation = operationPermissions.find(({ requests }) =>
    requests.some(request => pattern(request).test(`${method} ${path}`)),
  )
  const always = operation?.needs.find(need => need.when === undefined)
  const forProperties = operation?.needs.filter(({ property }) => property !== undefined && query.includes(property))
  return always && [always, ...(forProperties ?? [])].map(({ anyOf }) => anyOf)
}

const known: ReadonlySet<string> = new Set(
  operationPermissions.flatMap(({ needs }) => needs.flatMap(({ anyOf, less }) => [...anyOf, less?.permission ?? ''])),
)
