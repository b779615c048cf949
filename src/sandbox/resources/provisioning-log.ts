import type { Handler } from './call.ts'
import { faults } from './faults.ts'
import type { ProvisioningEntry } from './provisioning-entry.ts'
import { readOptions } from './options.ts'
import { context, entityReply, jsonReply } from './replies.ts'

const pageSizes = { usual: 100, most: 1000 }

const terms = /^(\w+) (eq|gt|lt) (?:'((?:[^']|'')*)'|(\S+))$|^contains\((\w+),\s*'((?:[^']|'')*)'\)$/i

const filtered = ['id', 'activityDateTime', 'jobId', 'cycleId', 'changeId', 'provisioningAction'] as const

/** Parses terms that are joined by `and`. Values are compared with their case. @throws GraphFault 400 */
const filterOf = (text: string | null): ((entry: ProvisioningEntry) => boolean) => {
  if (text === null || text.trim() === '') return () => true
  const tests = text
    .trim()
    .split(/\s+and\s+/i)
    .map(term => {
      const found = terms.exec(term.trim())
      if (!found) throw faults.filterClause(text, 0)
      const [, name, operator, quoted, bare, inside, part] = found
      const wanted = (name ?? inside)!.toLowerCase()
      const property = filtered.find(one => one.toLowerCase() === wanted)
      if (!property) throw faults.filterProperty((name ?? inside)!, 'microsoft.graph.provisioningObjectSummary')
      const value = (quoted ?? bare ?? part)!.replaceAll("''", "'")
      return (entry: ProvisioningEntry): boolean => {
        const own = entry[property]
        if (part !== undefined) return own.includes(value)
        if (property === 'activityDateTime') {
          const [one, other] = [Date.parse(own), Date.parse(value)]
          return operator === 'eq' ? one === other : operator === 'gt' ? one > other : one < other
        }
        return operator === 'eq' ? own === value : operator === 'gt' ? own > value : own < value
      }
    })
  return entry => tests.every(test => test(entry))
}

/**
 * Answers `GET /auditLogs/provisioning`, the newest entry first. `$skiptoken` is the number of entries before the page.
 *
 * @see https://learn.microsoft.com/graph/api/provisioningobjectsummary-list
 */
export const provisioningLog: Handler = ({ request: { query, root }, provisioning }) => {
  const options = new URLSearchParams(query)
  for (const name of options.keys())
    if (!['$filter', '$orderby', '$top', '$skiptoken'].includes(name)) throw faults.optionUnknown(name)
  const top = Number(options.get('$top') ?? pageSizes.usual)
  if (!Number.isInteger(top) || top < 1 || top > pageSizes.most) throw faults.optionValue('$top')
  const order = (options.get('$orderby') ?? 'activityDateTime desc').trim()
  const [, direction = 'asc'] = /^activityDateTime(?:\s+(asc|desc))?$/i.exec(order) ?? []
  if (!/^activityDateTime(?:\s+(?:asc|desc))?$/i.test(order)) throw faults.orderUnsupported(order, 'provisioning')
  const found = provisioning.log().filter(filterOf(options.get('$filter')))
  if (direction.toLowerCase() === 'desc') found.reverse()
  const from = Number(options.get('$skiptoken') ?? 0)
  const page = found.slice(from, from + top)
  options.set('$skiptoken', String(from + top))
  const next =
    from + top < found.length ? `,"@odata.nextLink":${JSON.stringify(`${root}/auditLogs/provisioning?${options}`)}` : ''
  return jsonReply(`${context(root, 'auditLogs/provisioning')}${next},"value":${JSON.stringify(page)}}`)
}

/** Answers `GET /auditLogs/provisioning/{id}`: metadata has the address, and no page describes it, so its reply is unconfirmed. */
export const provisioningLogEntry: Handler = call => {
  readOptions(call.request, [])
  const { value } = call.keys[0]!
  const found = call.provisioning.log().find(({ id }) => id === value)
  if (!found) throw faults.notFound(value)
  return entityReply(call.request.root, 'auditLogs/provisioning/$entity', JSON.stringify(found))
}
