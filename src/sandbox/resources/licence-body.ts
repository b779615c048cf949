import { isFields, type Fields } from '../../core/json.ts'
import type { Licence } from '../directory/licences/types.ts'
import { isGuid } from './address.ts'
import type { Call } from './call.ts'
import { groupFaults } from './group-faults.ts'
import { licenceFaults } from './licence-faults.ts'
import { writeFaults } from './write-faults.ts'

/** What a request adds and removes. Ids are in lower case. */
export interface LicenceBody {
  readonly add: readonly Licence[]
  readonly remove: readonly string[]
}

const action = 'assignLicense'
const names = ['addLicenses', 'removeLicenses'] as const

/** Reads the body of `assignLicense`: both parameters are required, and may be empty. @throws GraphFault 400 */
export const licenceBody = ({ request: { body } }: Call): LicenceBody => {
  if (!isFields(body)) throw groupFaults.bodyMissing()
  for (const name of Object.keys(body))
    if (!names.some(known => known.toLowerCase() === name.toLowerCase())) throw writeFaults.memberUnknown(name, action)
  const valueOf = (wanted: string): unknown =>
    Object.entries(body).find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1]
  const missing = names.filter(name => (valueOf(name) ?? null) === null)
  if (missing.length > 0) throw licenceFaults.parametersMissing(action, missing)
  const [adding, removing] = names.map(name => listOf(name, valueOf(name))) as [readonly unknown[], readonly unknown[]]
  const add = adding.map(licenceOf)
  const remove = removing.map(guidOf)
  const all = [...add.map(({ skuId }) => skuId), ...remove]
  if (all.length === 0) throw licenceFaults.nothingToDo()
  const repeated = all.find((skuId, at) => all.indexOf(skuId) < at)
  if (repeated !== undefined) throw licenceFaults.repeated(repeated)
  return { add, remove }
}

const listOf = (name: string, value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw writeFaults.typeMismatch(name)
  return value
}

const guidOf = (value: unknown): string => {
  if (typeof value !== 'string' || !isGuid(value)) throw licenceFaults.guidInvalid()
  return value.toLowerCase()
}

const licenceOf = (given: unknown): Licence => {
  if (!isFields(given)) throw writeFaults.typeMismatch('addLicenses')
  const fields: Fields = Object.fromEntries(Object.entries(given).filter(([name]) => !name.includes('@')))
  for (const name of Object.keys(fields))
    if (name !== 'skuId' && name !== 'disabledPlans') throw writeFaults.memberUnknown(name, 'assignedLicense')
  const plans = listOf('disabledPlans', fields['disabledPlans'] ?? []).map(guidOf)
  return { skuId: guidOf(fields['skuId']), disabledPlans: [...new Set(plans)] }
}
