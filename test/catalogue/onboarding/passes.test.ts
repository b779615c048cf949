import t from 'tap'
import { openPasses } from '../../../src/catalogue/onboarding/passes.ts'
import type { OperationContext } from '../../../src/core/operation.ts'

const open = (policy: object, lifetimeInMinutes?: number) =>
  openPasses({ ...(lifetimeInMinutes !== undefined && { lifetimeInMinutes }) }, {
    graph: { request: async () => ({ status: 200, headers: {}, body: policy, attempts: 1 }) },
    signal: new AbortController().signal,
  } as object as OperationContext)
const everybody = { state: 'enabled', includeTargets: [{ targetType: 'group', id: 'all_users' }] }

t.test('a pass is valid for an hour, or as long as the policy allows', async t => {
  const minutes = async (policy: object) => (await open({ ...everybody, ...policy })).values['lifetimeInMinutes']
  t.equal(await minutes({ minimumLifetimeInMinutes: 10, maximumLifetimeInMinutes: 480 }), 60)
  t.equal(await minutes({ minimumLifetimeInMinutes: 120, maximumLifetimeInMinutes: 480 }), 120)
  t.equal(await minutes({ minimumLifetimeInMinutes: 10, maximumLifetimeInMinutes: 30 }), 30)
})

t.test('what the policy does not say is left to Graph', async t => {
  t.match(await open({}), { values: { lifetimeInMinutes: 60 } })
  t.match(await open({ ...everybody, minimumLifetimeInMinutes: null }, 5), { values: { lifetimeInMinutes: 5 } })
  await t.rejects(open({ minimumLifetimeInMinutes: 10 }, 5), { message: /allows passes of at least 10 minutes/ })
  const { refusal } = await open({ excludeTargets: undefined })
  t.equal(await refusal([], undefined), undefined)
})

t.test('a policy that allows nobody a pass is reported before anything is sent', async t => {
  await t.rejects(open({ ...everybody, state: 'disabled' }), { code: 'OPTION_INVALID' })
  await t.rejects(open({ ...everybody, includeTargets: [] }), { code: 'OPTION_INVALID' })
})
