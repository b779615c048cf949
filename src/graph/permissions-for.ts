import { operationPermissions } from '../data/permissions.ts'

/** The pattern of a path such as `/groups/{id}/members`, which also matches `/groups(uniqueName='x')/members`. */
const pattern = (request: string): RegExp =>
  new RegExp(
    `^${request.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll('/{id}', String.raw`(?:/[^/]+|\([^)]*\))`)}(?:/microsoft\\.graph\\.\\w+|/\\$count|/delta)?$`,
    'i',
  )

/** Application permissions that a refused request lacks: one of each list is required, the least privileged first. */
type Lacking = readonly (readonly string[])[]

/**
 * The permissions that a refused request requires: those that Graph names, else those documented for the request and its
 * properties. Undefined for an unknown request.
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
  const needs = operation?.needs.filter(need => need.when === undefined) ?? []
  // A command that changes the directory also reads.
  const always = needs.find(need => (need.writes === true) === (method !== 'GET')) ?? needs[0]
  const forProperties = operation?.needs.filter(({ property }) => property !== undefined && query.includes(property))
  return always && [always, ...(forProperties ?? [])].map(({ anyOf }) => anyOf)
}

const known: ReadonlySet<string> = new Set(
  operationPermissions.flatMap(({ needs }) => needs.flatMap(({ anyOf, less }) => [...anyOf, less?.permission ?? ''])),
)
