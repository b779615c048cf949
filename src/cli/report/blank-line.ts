import type { Manifest } from '../../core/manifest.ts'
import { operationPermissions } from '../../data/permissions.ts'
import { count } from './words.ts'

/** As many columns are named. */
const mostNamed = 4
/** In fewer rows, columns are often empty by chance. */
const fewestRows = 20

/**
 * A sentence where most columns have no value in any row, as Graph answers a sign-in that may read the basic properties
 * only: null, and no word why. Undefined where a smaller permission than that of the whole type is not known.
 */
export const blankLine = ({ pipeline, source, files }: Manifest): string | undefined => {
  const path = (source as { readonly path?: unknown } | null)?.path
  const request = typeof path === 'string' ? `GET ${path}` : undefined
  const need = operationPermissions
    .filter(({ operation, requests }) => operation === pipeline || (request && requests[0] === request))
    .flatMap(({ needs }) => needs)
    .find(({ less }) => less !== undefined)
  const file = files.find(({ rows, columns = [], emptyColumns = [], blankColumns = [] }) => {
    const given = columns.length - emptyColumns.length
    return rows >= fewestRows && blankColumns.length >= mostNamed && blankColumns.length * 2 > given
  })
  if (!need?.less || !file) return undefined
  const { blankColumns: blank = [], columns = [] } = file
  const more = blank.length > mostNamed ? ' …' : ''
  return `In ${count(blank.length)} of ${count(columns.length)} columns no row has a value (${blank.slice(0, mostNamed).join(', ')}${more}): a sign-in with ${need.less.permission} gets no others; ${need.anyOf[0]} shows them.`
}
