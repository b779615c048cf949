import type { Fields } from '../../core/json.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import { securityIdentifierOf } from '../directory/texts.ts'
import type { Mutation } from '../directory/types.ts'
import type { PendingWrite, SandboxReply } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { groupBody, type GroupBody } from './group-body.ts'
import { groupFaults } from './group-faults.ts'
import { addedLinks } from './group-links.ts'
import { demandCreationLink, groupWrites } from './group-permissions.ts'
import { newGroup } from './group-values.ts'
import { checkQuota } from './object-quota.ts'
import { demand } from './permissions.ts'
import { createdReply } from './replies.ts'
import { written } from './schema.ts'

/** @see https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
const maxRoleGroups = 500

/** Answers `POST /groups`. @see https://learn.microsoft.com/graph/api/group-post-groups */
export const createGroup: Handler = call => groupCreation(call, groupBody(call))

/** A creation by `POST`, or by an update that creates what is missing. */
export const groupCreation = (call: Call, { values: given, links }: GroupBody): PendingWrite => {
  const { directory, request } = call
  const { caller } = request
  const values = newGroup(given, directory.domain)
  if (values['isAssignableToRole'] === true) demand(caller, groupWrites.roles)
  return {
    holds: [],
    apply() {
      checkQuota(call)
      if (values['isAssignableToRole'] === true && roleGroups(call) >= maxRoleGroups)
        throw groupFaults.tooManyRoleGroups()
      if (values['mailEnabled'] === true && call.mailAliases.holderOf(String(values['mailNickname'])) !== undefined)
        throw groupFaults.aliasTaken()
      const id = directory.freshId()
      const bound = addedLinks(call, { ...values, id }, links)
      for (const mutation of bound)
        if ('target' in mutation) demandCreationLink(caller, mutation.target.kind, mutation.target.id)
      commit(call, [
        { do: 'create', kind: 'group', values: { id, ...values, ...computed(call, id) } },
        ...bound,
        ...ownedByCreator(call, id, values, bound),
      ])
      return reply(call, id)
    },
  }
}

/** A person who creates a Microsoft 365 group without owners owns it. An app does not. */
const ownedByCreator = (
  { request: { caller } }: Call,
  id: string,
  values: Fields,
  bound: readonly Mutation[],
): readonly Mutation[] => {
  if (!caller.delegated || caller.foreignRoles || !(values['groupTypes'] as readonly string[]).includes('Unified'))
    return []
  if (bound.some(mutation => mutation.do === 'link' && mutation.relation === 'owners')) return []
  return [{ do: 'link', kind: 'group', id, relation: 'owners', target: { kind: 'user', id: caller.objectId } }]
}

const roleGroups = ({ directory }: Call): number =>
  directory.collection('group').count({
    order: 'default',
    view: 'truth',
    where: group => group['isAssignableToRole'] === true,
    whereText: 'isAssignableToRole eq true',
  })

const computed = ({ directory }: Call, id: string): Fields => {
  const now = isoTimeOfMs(directory.now())
  return {
    createdDateTime: now,
    renewedDateTime: now,
    securityIdentifier: securityIdentifierOf(id),
    organizationId: directory.tenantId,
  }
}

/** The default properties, as they are: a view may lag behind. */
const reply = ({ directory, schema, request }: Call, id: string): SandboxReply => {
  const entity = directory.collection('group').get(id, 'truth')
  if (!entity) throw faults.notFound(id)
  const columns = schema.columns('group', undefined, request.caller, 'single')
  return createdReply(request.root, 'groups', id, written(directory.collection('group'), entity, columns))
}
