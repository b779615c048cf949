import t from 'tap'
import { memberLicences } from '../../src/licensing/member-licences.ts'

const user = '#microsoft.graph.user'
const never = new AbortController().signal
const graphOf = (...pages: readonly (readonly object[])[]) => ({
  tenant: { name: 'contoso', id: 't' },
  links: [] as string[],
  async *pages(link: string) {
    this.links.push(link)
    for (const values of pages) yield { values }
  },
})
const read = async (graph: object, list?: 'members' | 'membersWithLicenseErrors') => {
  const found: object[] = []
  for await (const page of memberLicences(graph as never, 'g1', never, list)) found.push(...page)
  return found
}

t.test('users alone are members with licences, by their names', async t => {
  const graph = graphOf(
    [
      { '@odata.type': user, id: 'u1', userPrincipalName: 'ann@contoso.com', licenseAssignmentStates: [] },
      { '@odata.type': '#microsoft.graph.group', id: 'g2' },
    ],
    [{ '@odata.type': user, id: 'u2', displayName: 'Bob', licenseAssignmentStates: [] }],
  )
  t.match(await read(graph), [
    { id: 'u1', name: 'ann@contoso.com', displayName: null },
    { id: 'u2', name: 'u2', displayName: 'Bob' },
  ])
  t.match(graph.links, [/^\/groups\/g1\/members\?\$select=/])
})

t.test('members with errors need no type', async t =>
  t.match(await read(graphOf([{ id: 'u1', licenseAssignmentStates: [] }]), 'membersWithLicenseErrors'), [{ id: 'u1' }]),
)

t.test('members of whom only the id is returned do not seem to have nothing', async t =>
  t.rejects(read(graphOf([{ '@odata.type': user, id: 'u1' }])), { code: 'NOT_PERMITTED' }),
)
