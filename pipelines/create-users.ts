import { createdBy, inputFile, pipeline, plan, text } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { csv } from 'entrapipe/sources/csv'
import { convert } from 'entrapipe/transforms/convert'
import { validate } from 'entrapipe/transforms/validate'
import { z } from 'zod'

/** An empty cell leaves its property to Graph. */
const cell = z.string().transform(value => value || undefined)

const person = z.object({
  displayName: z.string().min(1, 'This cell must not be empty'),
  userPrincipalName: z.email('Expected a name such as ann@contoso.com'),
  password: z.string().min(8, 'Expected at least 8 characters'),
  givenName: cell.optional(),
  surname: cell.optional(),
  jobTitle: cell.optional(),
  department: cell.optional(),
  usageLocation: z
    .string()
    .regex(/^(?:[A-Z]{2})?$/, 'Expected a country code of two letters such as DE')
    .transform(value => value || undefined)
    .optional(),
  accountEnabled: z.boolean().nullish(),
})

/** Creates users, and adds each to a group. A second run completes what is missing. */
export default pipeline({
  summary: 'Creates a user for each row of a CSV file, and adds it to a group.',
  params: {
    from: inputFile('CSV file with displayName, userPrincipalName, password, and other columns as in the directory'),
    group: text('id or name of the group'),
  },
  make: ({ from, group }) =>
    plan({
      source: csv({ from }),
      transforms: [convert({ 'accountEnabled?': 'boolean' }), validate(person)],
      sink: graph(({ password, accountEnabled, ...properties }: z.output<typeof person>) => [
        {
          kind: 'create-user',
          value: { ...properties, accountEnabled: accountEnabled ?? true, passwordProfile: { password } },
        },
        { kind: 'add-member', value: { group, member: createdBy(0) } },
      ]),
    }),
})
