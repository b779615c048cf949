import { objectKinds } from '../core/object-kinds.ts'
import type { Looked, Operation } from '../core/operation.ts'
import { ownApp } from './applications/own.ts'
import { deletionOf } from './objects/deletion.ts'
import { idIn } from './objects/one.ts'
import { readEach } from './objects/read-each.ts'

const deletion = deletionOf({
  of: 'application',
  title: 'Delete applications',
  properties: ['displayName', 'appId', 'signInAudience'],
  kept: (seen, own) => ownApp('application', seen, own),
})

/** What `look` adds to what was read: the id of the service principal in this tenant, null if there is none. */
const principal = 'servicePrincipal'

/**
 * Deletes applications, each with its service principal in this tenant. Both stay in the bin for 30 days, and the undo restores both.
 *
 * @see https://learn.microsoft.com/graph/api/application-delete
 * @see https://learn.microsoft.com/entra/identity/enterprise-apps/restore-application
 */
export const deleteApplication: Operation = {
  ...deletion,
  async look(values, context) {
    const expected = context.expected.filter(name => name !== principal)
    const looked = await deletion.look(values, { ...context, expected })
    const sent = looked.flatMap(each => ('send' in each ? [each.send['appId']] : []))
    const found = await readEach(
      sent.map(appId => `${objectKinds.servicePrincipal.path}(appId='${String(appId)}')?$select=id`),
      context,
    )
    const ids = found.values()
    return looked.map((each): Looked =>
      'send' in each ? { ...each, send: { ...each.send, [principal]: ids.next().value?.id ?? null } } : each,
    )
  },
  // An application stands for its service principal, which may hold a privileged role.
  touches: (value, { [principal]: id = null }) => [idIn('application', value), ...(typeof id === 'string' ? [id] : [])],
  undoneWith: (_, { [principal]: id = null }) =>
    typeof id === 'string' ? [{ kind: 'restore-service-principal', value: { servicePrincipal: id } }] : [],
}
