import type { Operation } from '../../../src/core/operation.ts'

type Shape = Pick<Operation, 'kind' | 'columns'>

const user = {
  user: {
    as: 'user' as const,
    captions: ['userPrincipalName', 'upn', 'id', 'objectId', 'mail'],
    about: 'The user: id, user principal name or mail.',
  },
}

/** Operations with the columns that creating, updating, deleting and adding have. */
export const createUser: Shape = {
  kind: 'create-user',
  columns: { names: {}, properties: 'user', required: ['userPrincipalName', 'displayName', 'passwordProfile'] },
}
export const updateUser: Shape = { kind: 'update-user', columns: { names: user, properties: 'user' } }
export const deleteUser: Shape = { kind: 'delete-user', columns: { names: user } }
export const restoreUser: Shape = {
  kind: 'restore-user',
  columns: {
    names: { user: { as: 'deleted', captions: ['objectid', 'id'], about: 'The id of the deleted user.' } },
    options: { newName: { type: 'String' }, isFree: { type: 'Boolean' } },
  },
}
export const updateGroup: Shape = {
  kind: 'update-group',
  columns: {
    names: { group: { as: 'group', captions: ['id', 'objectid', 'groupid'], about: 'The group: its id or name.' } },
    properties: 'group',
  },
}
export const addMember: Shape = {
  kind: 'add-member',
  columns: {
    names: {
      group: { as: 'group', captions: ['groupId', 'groupName'], about: 'The group: its id or name.' },
      member: {
        as: 'object',
        captions: ['memberobjectid', 'memberobjectidorupn', 'objectid', 'id', 'userprincipalname', 'upn', 'mail'],
        about: 'The member: id, user principal name or mail.',
      },
    },
  },
}
