import type { Manifest } from '../../core/manifest.ts'
import { operationPermissions } from '../../data/permissions.ts'
import { count } from './words.ts'

/** At most this many columns are named. */
const mostNamed = 4
/** With fewer rows, columns are often empty by chance. */
const fewestRows = 20

/**
 * A warning if most columns have no value in any row. Graph answers null, without an error, to a sign-in that may read only
 * the basic properties. Undefined if no permission for only the basic properties is known.
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
  return `${count(blank.length)} of ${count(columns.length)} columns have no value in any row (${blank.slice(0, mostNamed).join(', ')}${more}): a sign-in with ${need.less.permission} reads only the basic properties; ${need.anyOf[0]} reads all.`
}
