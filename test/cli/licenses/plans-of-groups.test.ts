import t from 'tap'
import { changeDesk } from '../change-desk.ts'

const desk = await changeDesk(
  t,
  {},
  {
    users: 300,
    tls: false,
    licences: {
      skus: [
        { sku: 'AAD_PREMIUM', enabled: 400, direct: 1 },
        { sku: 'SPE_E3', enabled: 100, group: 0.05, both: 0.05, groupDisabledPlans: ['SWAY'] },
      ],
    },
  },
)
const states = 'id,userPrincipalName,userType,licenseAssignmentStates'
const assigners = (user: Readonly<Record<string, unknown>>) =>
  (user['licenseAssignmentStates'] as readonly { readonly skuId: string; readonly assignedByGroup: string | null }[])
    .filter(({ skuId }) => skuId === '05e9a617-0261-4cee-bb44-138d3ef5d965')
    .map(({ assignedByGroup }) => assignedByGroup !== null)
const members = (await desk.people(states)).filter(user => user['userType'] === 'Member').toReversed()
const nameOf = (wanted: readonly boolean[]): string =>
  String(members.find(user => assigners(user).toSorted().join() === wanted.join())!['userPrincipalName'])
const [byGroup, twice] = [nameOf([true]), nameOf([false, true])]

const assign = async (name: string, plans: string) => {
  desk.write('results.jsonl', '')
  const { status, stderr } = await desk.run(
    ...['licenses', 'assign', '--tenant', 'sandbox', '--id', name, '--sku', 'SPE_E3', '--disable-plans', plans],
    ...['--yes', '--results', 'results.jsonl'],
  )
  return { status, stderr, results: desk.rowsOf('results.jsonl') }
}

t.test('a plan that a group has on is not reported as off where the product comes by the group', async t => {
  t.match(await assign(byGroup, 'SWAY,YAMMER_ENTERPRISE'), {
    status: 3,
    results: [{ outcome: 'skipped', code: 'LICENCE_INHERITED', message: /with YAMMER_ENTERPRISE on/ }],
  })
  t.match(await assign(byGroup, 'SWAY'), { status: 0, results: [{ outcome: 'unchanged' }] })
})

t.test('what is turned off directly and stays on by a group is named', async t => {
  const message =
    /^YAMMER_ENTERPRISE of Microsoft 365 E3 \(SPE_E3\) can only be turned off in the group that gives it\.$/
  t.match(await assign(twice, 'SWAY,YAMMER_ENTERPRISE'), { status: 0, results: [{ outcome: 'done', message }] })
})
