import type { Clock } from '../../core/clock.ts'
import type { Partnership } from '../directory/partnership.ts'
import type { Directory } from '../directory/types.ts'
import type { PendingWrite, SandboxReply, SandboxRequest } from '../protocol.ts'
import type { ObjectKey } from './address.ts'
import type { Knobs } from './knobs.ts'
import type { MailAliases } from './mail-aliases.ts'
import type { MembersByName } from './members-by-name.ts'
import type { MemberSight } from './member-sight.ts'
import type { Provisioning } from './provisioning.ts'
import type { Relations } from './relations.ts'
import type { Schema } from './schema.ts'
import type { SortedLists } from './sorted-lists.ts'
import type { Tokens } from './tokens.ts'

/** Objects that all requests share. */
export interface World {
  readonly directory: Directory
  readonly clock: Clock
  readonly knobs: Required<Knobs>
  readonly tokens: Tokens
  readonly schema: Schema
  readonly sortedLists: SortedLists
  readonly membersByName: MembersByName
  readonly mailAliases: MailAliases
  readonly provisioning: Provisioning
  /** Of the tenant, if it is a partner's. */
  readonly partnership: Partnership | undefined
}

/** A request with its parsed path. */
export interface Call extends World {
  readonly request: SandboxRequest
  readonly keys: readonly ObjectKey[]
  readonly type: string | undefined
  readonly memberSight: MemberSight
  /** Relations as the caller may see them. */
  readonly relations: Relations
}

/** Answers a request, or accepts a write. Throws a GraphFault for an invalid request. */
export type Handler = (call: Call) => SandboxReply | PendingWrite | Promise<SandboxReply | PendingWrite>
