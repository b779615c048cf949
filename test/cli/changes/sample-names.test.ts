import t from 'tap'
import { namesIn, sampleText, withNames } from '../../../src/cli/changes/sample-names.ts'
import { EntrapipeError } from '../../../src/core/errors.ts'
import type { GraphRequest } from '../../../src/core/graph.ts'

const [group, user, gone] = ['a', 'b', 'c'].map(digit => `${digit.repeat(8)}-1111-4111-8111-111111111111`) as [
  string,
  string,
  string,
]
const samples = [user, gone, user.toUpperCase()].map((member, at) => ({
  key: at,
  operation: 'add-member',
  about: `${group}/members/${member}`,
  names: [],
}))
const { signal } = new AbortController()

t.test('the names of all samples are read with one request, and an object without a name keeps its id', async t => {
  const sent: GraphRequest[] = []
  const request = async (asked: GraphRequest) => {
    sent.push(asked)
    const value = [
      { id: group, displayName: 'Team' },
      { id: user, displayName: 'Ann', userPrincipalName: 'ann@contoso.com' },
    ]
    return { body: { value } }
  }
  const names = await namesIn({ samples, removals: [] }, { request } as never, signal)
  t.strictSame(
    sent.map(({ body }) => body),
    [{ ids: [group, user, gone] }],
  )
  t.strictSame(
    samples.map(({ about }) => withNames(about, names)),
    [
      `${group}/members/${user} (Team, ann@contoso.com)`,
      `${group}/members/${gone} (Team)`,
      `${group}/members/${user.toUpperCase()} (Team, ann@contoso.com)`,
    ],
  )
})

t.test('samples without ids need no request, and a sign-in that may not read names shows none', async t => {
  const refusing = (code: 'NOT_PERMITTED' | 'GRAPH_REFUSED') => ({
    request: async () => {
      throw new EntrapipeError(code, 'refused')
    },
  })
  const named = [{ key: 1, operation: 'create-user', about: 'user ann@contoso.com', names: [] }]
  t.strictSame(await namesIn({ samples: named, removals: [] }, refusing('GRAPH_REFUSED') as never, signal), new Map())
  t.strictSame(await namesIn({ samples, removals: [] }, refusing('NOT_PERMITTED') as never, signal), new Map())
  await t.rejects(namesIn({ samples, removals: [] }, refusing('GRAPH_REFUSED') as never, signal), {
    code: 'GRAPH_REFUSED',
  })
})

t.test('a role has its name, and what a row names besides is shown: the manager', async t => {
  const [role, manager] = ['d', 'e'].map(digit => `${digit.repeat(8)}-1111-4111-8111-111111111111`) as [string, string]
  const rows = [
    {
      key: 1,
      operation: 'assign-role',
      about: `role ${role}/${user}`,
      names: [
        { as: 'directoryRole', name: role },
        { as: 'object', name: user },
      ],
    },
    {
      key: 2,
      operation: 'set-manager',
      about: `manager of user ${user}`,
      names: [
        { as: 'user', name: user },
        { as: 'user', name: manager },
      ],
    },
  ] as const
  const request = async ({ url }: GraphRequest) =>
    url === `/roleManagement/directory/roleDefinitions/${role}?$select=id,displayName`
      ? { body: { id: role, displayName: 'Helpdesk Administrator' } }
      : {
          body: {
            value: [
              { id: user, userPrincipalName: 'ann@contoso.com' },
              { id: manager, userPrincipalName: 'bob@contoso.com' },
            ],
          },
        }
  const names = await namesIn({ samples: rows, removals: [] }, { request } as never, signal)
  t.strictSame(
    rows.map(row => withNames(sampleText(row), names)),
    [
      `role ${role}/${user} (Helpdesk Administrator, ann@contoso.com)`,
      `manager of user ${user}: ${manager} (ann@contoso.com, bob@contoso.com)`,
    ],
  )
})

t.test('a role that somebody loses has its name, although no sample is about it', async t => {
  const role = 'd'.repeat(8) + '-1111-4111-8111-111111111111'
  const removals = [
    { what: 'remove', changes: 'directoryRole', of: role, path: '/roleManagement/directory/roleAssignments', count: 1 },
  ] as const
  const request = async ({ url }: GraphRequest) => ({
    body: url.includes(role) ? { id: role, displayName: 'Helpdesk Administrator' } : { value: [] },
  })
  const names = await namesIn({ samples: [], removals }, { request } as never, signal)
  t.equal(withNames(role, names), `${role} (Helpdesk Administrator)`)
})
