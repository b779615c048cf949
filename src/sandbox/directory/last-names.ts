import type { Version } from './faces.ts'
import { hidden } from './hidden-properties.ts'
import { words } from './memory/column.ts'
import type { Memory } from './memory/memory.ts'
import type { Records } from './memory/records.ts'
import { heldUpn } from './mutations.ts'
import type { ObjectTable } from './object-table.ts'
import type { Effect, Realms, State } from './state.ts'
import type { ObjectTruth } from './truth-types.ts'
import type { Kind } from './types.ts'

type Names = Omit<ObjectTruth, 'id' | 'by' | 'created' | 'updated' | 'deleted' | 'restored' | 'purged'>

/** The names of changed objects in the ledger of truth. Those of purged objects are kept. */
interface LastNames {
  /** Notes the names of what is about to be purged. */
  note(effects: readonly Effect[]): void
  of(kind: Kind, id: string): Names
}

/** Reads names from the truth. */
export const lastNames = (
  realms: Realms,
  truth: State,
  memory: Memory,
  records: Records,
  objects: ObjectTable,
): LastNames => {
  /** Records of names, by object. */
  const purged = words(memory, 'object.purgedNames')
  const textOf = (kind: Kind, version: Version, property: string): string | null => {
    const value = realms[kind].look.value(version, property)
    return typeof value === 'string' ? value : null
  }
  const passOf = (version: Version): Names => {
    const pass = realms.user.look.value(version, hidden.accessPass) as { readonly sha256: string } | null | undefined
    return pass ? { accessPassSha256: pass.sha256 } : {}
  }
  const mustChange = (version: Version): Names => {
    const value = realms.user.look.value(version, hidden.mustChangePassword)
    return typeof value === 'boolean' ? { forceChangePasswordNextSignIn: value } : {}
  }
  const invitationsOf = (version: Version): Names => {
    const value = realms.user.look.value(version, hidden.invitations) as
      { readonly made: number; readonly mails: number } | null | undefined
    return value ? { invitations: value.made, invitationMails: value.mails } : {}
  }
  const namesOf = (kind: Kind, version: Version): Names =>
    kind === 'user'
      ? {
          userPrincipalName: textOf(kind, version, heldUpn) ?? textOf(kind, version, 'userPrincipalName'),
          passwordSha256: textOf(kind, version, hidden.passwordSha256),
          ...mustChange(version),
          ...passOf(version),
          ...invitationsOf(version),
        }
      : { displayName: textOf(kind, version, 'displayName') }
  const find = (kind: Kind, id: string): Version | undefined => {
    const version = truth.live(kind).version(id) ?? truth.bin(kind).version(id)
    if (version) return version
    const rank = realms[kind].population.rankOf(id)
    return rank === undefined || truth.live(kind).isMasked(rank) ? undefined : { id, rank, record: 0 }
  }
  return {
    note(effects) {
      for (const effect of effects) {
        if (!('live' in effect) || effect.live || effect.bin) continue
        const version = find(effect.kind, effect.id)
        if (version) purged.set(objects.add(effect.kind, effect.id), records.add({ ...namesOf(effect.kind, version) }))
      }
    },
    of(kind, id) {
      const version = find(kind, id)
      return version ? namesOf(kind, version) : records.fields(purged.get(objects.numberOf(id)))
    },
  }
}
