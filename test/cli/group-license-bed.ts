import type { Test } from 'tap'
import type { SandboxSettings } from '../../src/sandbox/settings.ts'
import { callControl } from '../../src/sandbox/process/call-control.ts'
import { readState } from '../../src/sandbox/process/state-file.ts'
import { planIdOf } from '../../src/data/sku-catalogue.ts'
import { skuOf } from '../licensing/products.ts'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

/** What a user has of a product: assigner, state, error, and how many plans are off. */
interface Held {
  readonly skuId: string
  readonly assignedByGroup: string | null
  readonly state: string
  readonly error: string
  readonly disabledPlans: readonly string[]
}

const products: SandboxSettings['licences'] = {
  skus: [
    // Only users with a licence have a usage location at first.
    { sku: 'AAD_PREMIUM', enabled: 400, direct: 1 },
    { sku: 'SPE_E3', enabled: 200 },
    { sku: 'POWER_BI_PRO', enabled: 100 },
    { sku: 'VISIOCLIENT', enabled: 3 },
    { sku: 'SPB', enabled: 50 },
  ],
  withoutUsageLocation: 0.05,
}

/** A desk with groups whose members are the directory's users, and what the sandbox says of their licences. */
export const groupLicenceBed = async (t: Test, settings: Partial<SandboxSettings> = {}) => {
  const desk = await changeDesk(
    t,
    {},
    {
      users: 300,
      tls: false,
      licences: products,
      knobs: { groupLicensingMs: 0, groupLicensingPerSecond: 0 },
      ...settings,
    },
  )
  const state = (await readState(await desk.look(async ({ folder }) => folder.folder('sandbox'))))!
  const control = (method: string, path: string, body?: unknown) => callControl(state, method, path, body)
  const { accessToken } = await control('POST', '/tokens', {})
  const graph = async (method: string, path: string, body?: unknown): Promise<Line> => {
    const { baseUrl } = state as unknown as { readonly baseUrl: string }
    const reply = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${String(accessToken)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as Line
  }
  const everybody = await desk.people('id,userPrincipalName,usageLocation,userType,onPremisesSyncEnabled')
  const people = everybody.filter(user => user['userType'] === 'Member' && user['usageLocation'] !== null).slice(30)
  const unlocated = everybody.filter(user => user['userType'] === 'Member' && user['usageLocation'] === null)
  let [taken, nth] = [0, 0]
  const ask = async (path: string): Promise<readonly Line[]> => (await graph('GET', path))['value'] as readonly Line[]
  return {
    ...desk,
    control,
    graph,
    unlocated: unlocated.map(user => String(user['id'])),
    /** Ids of users whom no other test has. */
    users(count: number): readonly string[] {
      taken += count
      if (taken > people.length) throw new Error('The sandbox has too few users.')
      return people.slice(taken - count, taken).map(user => String(user['id']))
    },
    async group(
      members: readonly string[],
      values: object = {},
    ): Promise<{ readonly id: string; readonly name: string }> {
      const name = `Licensed ${++nth}`
      const { id } = await graph('POST', '/groups', {
        displayName: name,
        mailNickname: `licensed${nth}`,
        mailEnabled: false,
        securityEnabled: true,
        ...values,
      })
      for (const member of members)
        await graph('POST', `/groups/${String(id)}/members/$ref`, {
          '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}`,
        })
      return { id: String(id), name }
    },
    assign: (user: string, sku: string, off: readonly string[] = []) =>
      graph('POST', `/users/${user}/assignLicense`, {
        addLicenses: [{ skuId: skuOf(sku), disabledPlans: off.map(planIdOf) }],
        removeLicenses: [],
      }),
    assignGroup: (group: string, sku: string, off: readonly string[] = []) =>
      graph('POST', `/groups/${group}/assignLicense`, {
        addLicenses: [{ skuId: skuOf(sku), disabledPlans: off.map(planIdOf) }],
        removeLicenses: [],
      }),
    /** `group Active`, `direct Active -1`, `group Error CountViolation`: what users have of a product. */
    async held(users: readonly string[], sku: string): Promise<readonly string[]> {
      const found: string[] = []
      for (const user of users) {
        const { licenseAssignmentStates } = await graph('GET', `/users/${user}?$select=licenseAssignmentStates`)
        const own = (licenseAssignmentStates as readonly Held[]).filter(({ skuId }) => skuId === skuOf(sku))
        found.push(
          own
            .map(({ assignedByGroup, state: is, error, disabledPlans }) =>
              [
                assignedByGroup === null ? 'direct' : 'group',
                ...(is === 'Active' ? [] : [is, error]),
                ...(disabledPlans.length > 0 ? [`-${disabledPlans.length}`] : []),
              ].join(' '),
            )
            .join(', '),
        )
      }
      return found
    },
    async assignedBy(group: string): Promise<readonly string[]> {
      const { assignedLicenses } = await graph('GET', `/groups/${group}?$select=assignedLicenses`)
      return (assignedLicenses as readonly Held[]).map(({ skuId }) => skuId)
    },
    /** Units in use. */
    async used(sku: string): Promise<number> {
      const all = await ask('/subscribedSkus')
      return Number(all.find(one => one['skuId'] === skuOf(sku))!['consumedUnits'])
    },
    /** Runs `licenses group …` and returns its results and its summary. */
    async licenses(verb: string, ...flags: readonly string[]) {
      desk.write('results.jsonl', '')
      const ran = await desk.run(
        ...['licenses', 'group', verb, '--tenant', 'sandbox', '--yes', '--json', '--results', 'results.jsonl'],
        ...flags,
      )
      return { ...ran, results: desk.rowsOf('results.jsonl') }
    },
    /** The rows of `licenses group status`. */
    async status(group: string, ...flags: readonly string[]): Promise<readonly Line[]> {
      const file = `status${++nth}.jsonl`
      const ran = await desk.run(
        ...['licenses', 'group', 'status', '--group', group, '--tenant', 'sandbox', '--to', file],
        ...flags,
      )
      if (ran.status !== 0) throw new Error(ran.stderr)
      return desk.rowsOf(file)
    },
    summaryOf,
  }
}
