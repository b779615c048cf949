import type { Kind } from '../directory/types.ts'
import type { Caller } from '../protocol.ts'
import { demand, type Requirement } from './permissions.ts'

const groups: Requirement = ['Group.ReadWrite.All', 'Directory.ReadWrite.All']
const roles: Requirement = ['RoleManagement.ReadWrite.Directory']

/** Permissions of the calls that write groups, least privileged first, by the page of each call. */
export const groupWrites = {
  /** @see https://learn.microsoft.com/graph/api/group-post-groups */
  create: ['Group.Create', ...groups],
  /** @see https://learn.microsoft.com/graph/api/group-upsert */
  upsert: groups,
  /** @see https://learn.microsoft.com/graph/api/group-update */
  update: groups,
  /** @see https://learn.microsoft.com/graph/api/group-delete */
  delete: ['Group.ReadWrite.All'],
  /** @see https://learn.microsoft.com/graph/api/group-post-members */
  members: ['GroupMember.ReadWrite.All', ...groups],
  /** @see https://learn.microsoft.com/graph/api/group-post-owners */
  owners: groups,
  roles,
} as const satisfies Record<string, Requirement>

/** Permissions for members of a kind, in addition to those for members. @see https://learn.microsoft.com/graph/api/group-post-members */
const memberNeeds: Readonly<Partial<Record<Kind, Requirement>>> = {
  device: ['Device.ReadWrite.All', 'Directory.ReadWrite.All'],
  servicePrincipal: ['Application.ReadWrite.All', 'Directory.ReadWrite.All'],
  orgContact: ['OrgContact.Read.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
}

/** @throws GraphFault 403 if the caller may not add or remove members of this kind */
export const demandMember = (caller: Caller, kind: Kind): void => {
  // The page requires less of people than of apps.
  const needs = caller.delegated && kind === 'device' ? ['Device.Read.All', ...memberNeeds.device!] : memberNeeds[kind]
  if (needs) demand(caller, needs)
}

/** Permissions to read what an app that has only Group.Create names as owner or member. */
const readNeeds: Readonly<Partial<Record<Kind, Requirement>>> = {
  user: ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
  servicePrincipal: [
    'Application.Read.All',
    'Application.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
  ],
}

/**
 * An app with Group.Create only must be able to read the owners and members that it names, except itself.
 *
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/graph/api/group-post-groups
 */
export const demandCreationLink = (caller: Caller, kind: Kind, id: string): void => {
  if (groups.some(name => caller.permissions.has(name)) || caller.objectId === id) return
  demand(caller, readNeeds[kind] ?? ['Directory.Read.All', 'Directory.ReadWrite.All'])
}
