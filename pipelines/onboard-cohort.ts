import { createdBy, flag, inputFile, list, pipeline, placed, plan, text } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { csv } from 'entrapipe/sources/csv'
import { validate } from 'entrapipe/transforms/validate'
import { z } from 'zod'

/** An empty cell leaves its property to Graph. */
const cell = z.string().transform(value => value || undefined)

const person = z.object({
  displayName: z.string().min(1, 'This cell must not be empty'),
  userPrincipalName: z.email('Expected a name such as ann@contoso.com'),
  employeeId: z.string().min(1, 'This cell must not be empty'),
  usageLocation: z.string().regex(/^[A-Z]{2}$/, 'Expected a country code of two letters such as DE'),
  department: cell.optional(),
  manager: cell.optional(),
})

/**
 * The steps of `entrapipe onboard` as a recipe of one's own: a user with a password that is made, a product, a group, a manager. The command
 * also recognises people who have an account, finds free names, makes passes and gives roles.
 */
export default pipeline({
  summary: 'Onboards a person for each row of a CSV file: a user with a password, a licence, a group, a manager.',
  params: {
    from: inputFile(
      'CSV file with displayName, userPrincipalName, employeeId, usageLocation, and department and manager',
    ),
    sku: text('the product: part number or id'),
    group: text('id or name of the group'),
    credentials: placed('machine', text('new file for the passwords, for its owner only')),
    plainCredentials: flag('do not encrypt the passwords'),
    recipient: list('public keys of age (age1…): only the holders of their private keys can read the passwords', {
      default: [],
    }),
  },
  make: ({ from, sku, group }) =>
    plan({
      source: csv({ from }),
      transforms: [validate(person)],
      sink: graph(({ manager, ...properties }: z.output<typeof person>) => [
        // Nobody else, live or deleted, may have the employee id.
        { kind: 'create-user', value: { ...properties, generatePassword: true, unique: ['employeeId'] } },
        { kind: 'assign-license', value: { user: createdBy(0), sku } },
        { kind: 'add-member', value: { group, member: createdBy(0) } },
        ...(manager === undefined ? [] : [{ kind: 'set-manager', value: { user: createdBy(0), manager } }]),
      ]),
    }),
})
