import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import type { LicenceSettings } from '../../../src/sandbox/directory/licences/settings.ts'
import type { LicenceTruth } from '../../../src/sandbox/directory/licences/types.ts'
import type { Knobs } from '../../../src/sandbox/resources/knobs.ts'
import { handClock } from '../directory/fixture.ts'
import { mutate } from '../mutate.ts'
import { asker, type Asked, type AskOptions, type Loose } from './ask.ts'
import { catalogueSku } from '../../../src/sandbox/directory/licences/skus.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }

/** Id of a product. */
export const sku = (partNumber: string): string => catalogueSku(partNumber)!.skuId

/** Ids of plans of a product. */
export const plans = (partNumber: string, ...names: readonly string[]): readonly string[] =>
  names.map(name => catalogueSku(partNumber)!.plans.find(plan => plan.servicePlanName === name)!.servicePlanId)

export const add = (partNumber: string, ...disabled: readonly string[]) => ({
  skuId: sku(partNumber),
  disabledPlans: plans(partNumber, ...disabled),
})

export const refusal = (message: string) => ({ status: 400, body: { code: 'Request_BadRequest', message } })

const permissions = [
  'Directory.Read.All',
  'LicenseAssignment.ReadWrite.All',
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
]

/** Products of which nobody has one. */
const unused: LicenceSettings = {
  skus: [
    { sku: 'SPE_E3', enabled: 20 },
    { sku: 'SPE_E5', enabled: 20 },
    { sku: 'SPE_F1', enabled: 20 },
    { sku: 'SPB', enabled: 20 },
    { sku: 'POWER_BI_PRO', enabled: 2 },
    { sku: 'MCOMEETADV', enabled: 20 },
    { sku: 'PROJECTPROFESSIONAL', enabled: 20 },
    { sku: 'FLOW_FREE', enabled: 20 },
  ],
}

interface BedOptions extends Knobs {
  readonly folder?: string
  readonly licences?: LicenceSettings
  readonly users?: number
}

/** A directory with a clock that is moved by hand, and requests that change licences. */
export const licenceBed = (t: Test, options: BedOptions = {}) => {
  const { folder = t.testdir(), licences = unused, users = 120, ...knobs } = options
  const clock = handClock()
  const open = () => createDirectory({ users, clock, stateDir: folder, licences, groups: 60, devices: 5 })
  let directory = open()
  t.teardown(() => directory.close())
  let ask = asker(directory, { knobs })
  const send = (method: string, url: string, body?: unknown, more: AskOptions = {}): Promise<Asked> =>
    ask(url, { permissions, ...more, method, ...(body === undefined ? {} : { body }) })
  const assign = (user: string, adding: readonly object[], removing: readonly string[] = [], more: AskOptions = {}) =>
    send('POST', `/users/${user}/assignLicense`, { addLicenses: adding, removeLicenses: removing.map(sku) }, more)
  const assignGroup = (group: string, adding: readonly object[], removing: readonly string[] = []) =>
    send('POST', `/groups/${group}/assignLicense`, { addLicenses: adding, removeLicenses: removing.map(sku) })
  const user = (values: object = {}): string =>
    mutate(directory, {
      do: 'create',
      kind: 'user',
      values: { displayName: 'New', userType: 'Member', usageLocation: 'US', ...values },
    }).id
  const group = (values: object = {}): string =>
    mutate(directory, {
      do: 'create',
      kind: 'group',
      values: { displayName: 'Licensed', securityEnabled: true, mailEnabled: false, groupTypes: [], ...values },
    }).id
  const member = (what: 'link' | 'unlink', owner: string, id: string, request = 'link') =>
    mutate(
      directory,
      { do: what, kind: 'group', id: owner, relation: 'members', target: { kind: 'user', id } },
      request,
    )
  const states = async (id: string): Promise<readonly string[]> => {
    const { body } = await send('GET', `/users/${id}?$select=licenseAssignmentStates`)
    return body.licenseAssignmentStates.map((one: Loose) =>
      [
        directory.licences.sku(one.skuId)?.skuPartNumber ?? one.skuId,
        one.assignedByGroup === null ? 'direct' : 'group',
        one.state,
        one.error,
      ].join(' '),
    )
  }
  const held = async (id: string): Promise<readonly string[]> => {
    const { body } = await send('GET', `/users/${id}?$select=assignedLicenses`)
    return body.assignedLicenses.map((one: Loose) => directory.licences.sku(one.skuId)?.skuPartNumber)
  }
  return {
    clock,
    folder,
    get directory() {
      return directory
    },
    send,
    assign,
    assignGroup,
    user,
    group,
    member,
    states,
    held,
    consumed: (partNumber: string): number => directory.licences.sku(sku(partNumber))!.consumed,
    free: (partNumber: string): number => directory.licences.free(sku(partNumber), { warningUnitsAssignable: true }),
    truth: (id?: string): readonly LicenceTruth[] => [...directory.licences.truth(id)],
    /** Opens the directory again, as after a kill. */
    restart(how: 'close' | 'kill' = 'kill') {
      if (how === 'close') directory.close()
      directory = open()
      ask = asker(directory, { knobs })
    },
  }
}
