import { operationPermissions } from '../data/permissions.ts'

/** `/groups/{id}/members` as a pattern; `/groups(uniqueName='x')/members` fits it too. */
const pattern = (request: string): RegExp =>
  new RegExp(
    `^${request.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll('/{id}', String.raw`(?:/[^/]+|\([^)]*\))`)}(?:/microsoft\\.graph\\.\\w+|/\\$count|/delta)?$`,
    'i',
  )

/** Application permissions any one of which allows the request, the least privileged first. */
export const permissionsFor = (method: string, path: string): readonly string[] | undefined => {
  const operation = operationPermissions.find(({ requests }) =>
    requests.some(request => pattern(request).test(`${method} ${path}`)),
  )
  return operation?.needs.find(need => need.when === undefined)?.anyOf
}
