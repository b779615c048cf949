import t from 'tap'
import { planIdOf } from '../../src/data/sku-catalogue.ts'
import { knownRules, planTopic } from '../../src/operations/licences/known-rules.ts'
import { taughtBy } from '../../src/operations/licences/taught.ts'
import { skuOf } from '../licensing/products.ts'
import { operationBed, refusal } from './operation-bed.ts'

const bed = await operationBed(t, { users: 50, licences: { skus: [{ sku: 'SPE_E3', enabled: 50, direct: 1 }] } })
const [user] = await bed.list('/users?$select=id&$top=1')
const [web, sharePoint, sway, teams] = ['SHAREPOINTWAC', 'SHAREPOINTENTERPRISE', 'SWAY', 'TEAMS1'].map(planIdOf) as [
  string,
  string,
  string,
  string,
]
const stranger = planIdOf('FLOW_P2_VIRAL')
const change = (...off: readonly string[]) => ({
  addLicenses: [{ skuId: skuOf('SPE_E3'), disabledPlans: off }],
  removeLicenses: [],
})
const lacking = (plan: string, ...needs: readonly string[]): string =>
  `License assignment failed because service plan ${plan} depends on the service plan(s) ${needs.join(', ')}`
const exclusive = (...plans: readonly string[]): string =>
  `License assignment failed because service plans ${plans.join(', ')} are mutually exclusive`
const taught = (message: string, made = change(), lessons = [] as object[]) =>
  taughtBy(user!.id, made, refusal(400, 'Request_BadRequest', message), {
    ...bed.context(),
    lessons: { of: () => lessons as never },
  })

t.test('a refusal teaches a rule if the user would have the one plan without the others', async t => {
  t.strictSame(await taught(lacking(web, sharePoint), change(sharePoint)), [{ plan: web, needs: [sharePoint] }])
})

for (const [what, message, made] of [
  ['the plan that is said to be missing would be there', lacking(web, sharePoint), change()],
  ['the user would not have the plan that lacks another', lacking(web, sharePoint), change(web, sharePoint)],
  ['no plan is named that is missing', lacking(web), change(sharePoint)],
  ['one of the two plans would not be there', exclusive(sway, stranger), change()],
  ['one product gives both plans', exclusive(sway, teams), change()],
  ['more than two plans are named', exclusive(sway, teams, web), change()],
  ['it is not about plans', 'User does not have a corresponding license.', change()],
] as const)
  t.test(`a refusal teaches nothing where ${what}`, async t => t.strictSame(await taught(message, made), []))

t.test('a rule that is known is not taught again, and nothing is read for it', async t => {
  const rule = { plan: web, needs: [sharePoint] }
  t.strictSame(await taught(lacking(web, sharePoint), change(sharePoint), [rule]), [])
})

t.test('rows are judged by the rules of Microsoft and those of the tenant', async t => {
  const lessons = {
    of: (topic: string) =>
      topic === planTopic
        ? [
            { plan: web, needs: [sharePoint] },
            { plan: sway, excludes: teams },
          ]
        : [],
  }
  const { needs, exclusions } = knownRules({ lessons: lessons as never })
  t.strictSame([needs.get(web), exclusions.get(teams)?.has(sway)], [[sharePoint], true])
  t.ok(needs.has(planIdOf('MCOEV')))
  t.notOk(knownRules({}).needs.has(web))
})
